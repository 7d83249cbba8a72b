import { eventText, type ChannelEventAt } from './channel-event.ts';
import { ReplayRing } from './replay-ring.ts';
import type { EncodedEvent } from './room-flush.ts';

/** Deletions that are remembered: as many as a ring holds entries. */
const DELETIONS_MAX = 300;

/** Replays that are kept as one text. After a restart nearly everybody was at one of a few positions. */
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
  encode(events: readonly ChannelEventAt[], at: number): EncodedEvent[] {
    for (const { event } of events) if (event.y === 'del') this.#remember(event.d);
    return events.map((one) => {
      const event = this.#shown(one);
      return { seq: one.seq, event, text: eventText(this.#number, at, { seq: one.seq, event }) };
    });
  }

  /** Adds the newest events. */
  push(events: readonly EncodedEvent[], now: number): void {
    this.#texts.clear();
    for (const { seq, text } of events) this.#ring.push(seq, text, now);
    for (const { event } of events) if (event.y === 'del') this.#mend(event.d, now);
  }

  /** Puts older ones in front, as far as they are contiguous with what is here. */
  prepend(older: readonly EncodedEvent[], top: number, now: number): void {
    this.#ring.prepend(older, top, now);
  }

  /** The texts after `seq` up to `top`, or undefined when not all of them are here. */
  after(seq: number, top: number): readonly string[] | undefined {
    return this.#ring.after(seq, top);
  }

  /** The same, joined. A few are kept until the next event: a client that asks from every position must not fill memory. */
  textAfter(seq: number, top: number): string | undefined {
    const known = this.#texts.get(seq);
    if (known !== undefined) return known;
    const text = this.#ring.after(seq, top)?.join(',');
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

  #shown({ seq, event }: ChannelEventAt): ChannelEventAt['event'] {
    const at = this.#deleted.get(seq);
    return at === undefined ? event : { y: 'tombstone', d: { at } };
  }

  #remember({ seq, at }: { seq: number; at: string }): void {
    this.#deleted.set(seq, at);
    const [oldest] = this.#deleted.keys();
    if (this.#deleted.size > DELETIONS_MAX && oldest !== undefined) this.#deleted.delete(oldest);
  }

  #mend({ seq, at }: { seq: number; at: string }, now: number): void {
    this.#ring.replace(seq, eventText(this.#number, now, { seq, event: { y: 'tombstone', d: { at } } }));
  }
}
