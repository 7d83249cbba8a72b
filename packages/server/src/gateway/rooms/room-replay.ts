import { deletionOf, encodeEvent, type EncodedEvent, type FeedEvent, type FeedEventAt } from './feed-event.ts';
import { ReplayRing } from './replay-ring.ts';

/** Deletions that are remembered: as many as a ring holds entries. */
const DELETIONS_MAX = 300;

/** Replays that are kept as one text. After a restart nearly all clients were at one of a few positions. */
const TEXTS_MAX = 16;

/** The ordered events of one room as texts: for replays, and to take back what was deleted. */
export class RoomReplay {
  readonly #number: number;
  readonly #ring: ReplayRing;
  /** seq → instant; the store may still answer what was deleted while it was asked */
  readonly #deleted = new Map<number, string>();
  /** replays by the seq that they follow: a thousand reconnects cost one */
  readonly #texts = new Map<number, string>();

  constructor(number: number) {
    this.#number = number;
    this.#ring = new ReplayRing();
  }

  /** The events as they go out. What is deleted by one of them, or was before, is a tombstone. */
  encode(events: readonly FeedEventAt[], at: number): EncodedEvent[] {
    for (const { event } of events) this.#remember(deletionOf(event));
    return events.map((one) => encodeEvent(this.#number, at, { seq: one.seq, event: this.#shown(one) }));
  }

  /** Adds the newest events. */
  push(events: readonly EncodedEvent[], now: number): void {
    this.#texts.clear();
    for (const event of events) this.#ring.push(event, now);
    for (const { event } of events) this.#mend(deletionOf(event), now);
  }

  /** Puts older ones in front, as far as they are contiguous with what is here. */
  prepend(older: readonly EncodedEvent[], top: number, now: number): void {
    this.#ring.prepend(older, top, now);
  }

  /** The events after `seq` up to `top`, or undefined when not all of them are here. */
  after(seq: number, top: number): readonly EncodedEvent[] | undefined {
    return this.#ring.after(seq, top);
  }

  /** Their texts, joined. A few are kept until the next event: a client that asks from every position must not fill memory. */
  textAfter(seq: number, top: number): string | undefined {
    const known = this.#texts.get(seq);
    if (known !== undefined) return known;
    const text = this.#ring
      .after(seq, top)
      ?.map((event) => event.text)
      .join(',');
    if (text !== undefined && this.#texts.size < TEXTS_MAX) this.#texts.set(seq, text);
    return text;
  }

  /** replays that are kept as text */
  get keptTexts(): number {
    return this.#texts.size;
  }

  cameAt(seq: number): number | undefined {
    return this.#ring.cameAt(seq);
  }

  sweep(now: number): void {
    this.#ring.sweep(now);
  }

  clear(): void {
    this.#ring.clear();
    this.#texts.clear();
    this.#deleted.clear();
  }

  #shown({ seq, event }: FeedEventAt): FeedEvent {
    const at = this.#deleted.get(seq);
    return at === undefined ? event : tombstone(at);
  }

  #remember(deletion: ReturnType<typeof deletionOf>): void {
    if (!deletion) return;
    const { at, seq } = deletion;
    this.#deleted.set(seq, at);
    const [oldest] = this.#deleted.keys();
    if (this.#deleted.size > DELETIONS_MAX && oldest !== undefined) this.#deleted.delete(oldest);
  }

  #mend(deletion: ReturnType<typeof deletionOf>, now: number): void {
    if (!deletion) return;
    const { at, seq } = deletion;
    this.#ring.replace(encodeEvent(this.#number, now, { seq, event: tombstone(at) }));
  }
}

function tombstone(at: string): FeedEvent {
  return { y: 'tombstone', d: { at } };
}
