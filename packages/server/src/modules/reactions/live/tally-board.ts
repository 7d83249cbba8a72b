import type { Clock } from '../../../ports/clock.ts';
import { MINUTE_MS, tallyMessageSchema } from '../tally-publisher.ts';

/** What a chart shows when its page opens. */
const SERIES_SECONDS = 600;

type Counts = Map<string, number>;

/**
 * One channel's live tallies as a gateway hears them: the highest count per (boot, minute, emote), summed over boots,
 * handed on as differences.
 */
export class TallyBoard {
  readonly #clock: Clock;
  readonly #startedAt: number;
  /** `boot/minute` → highest counts heard */
  readonly #heard = new Map<string, { minute: number; counts: Counts }>();
  #untaken: Counts = new Map();
  /** second since 1970 → counts taken in it */
  readonly #seconds = new Map<number, Counts>();
  /** what is known of the seconds before this board listened */
  #past: ReadonlyMap<number, ReadonlyMap<string, number>> = new Map();

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#startedAt = clock.now();
  }

  /** Takes a message from the bus; answers whether there is something to take. */
  apply(message: unknown): boolean {
    const { success, data } = tallyMessageSchema.safeParse(message);
    if (!success || data.minute < this.#clock.now() - 2 * MINUTE_MS) return this.#untaken.size > 0;
    const id = `${data.boot}/${data.minute}`;
    const before = this.#heard.get(id);
    const heard = before ?? { minute: data.minute, counts: new Map<string, number>() };
    // Counts from before this board listened are not news: they would show as a burst that never was.
    const isBaseline = !before && data.v !== 1 && data.minute < this.#startedAt;
    for (const [key, count] of Object.entries(data.counts)) {
      const known = heard.counts.get(key) ?? 0;
      if (count <= known) continue;
      heard.counts.set(key, count);
      if (!isBaseline) this.#untaken.set(key, (this.#untaken.get(key) ?? 0) + count - known);
    }
    if (!before) this.#remember(id, heard);
    return this.#untaken.size > 0;
  }

  /** What came in since the last call, by emote key. It is part of the series from now on. */
  take(): ReadonlyMap<string, number> {
    const taken = this.#untaken;
    if (taken.size === 0) return taken;
    this.#untaken = new Map();
    const second = Math.floor(this.#clock.now() / 1000);
    const bin = this.#seconds.get(second) ?? new Map<string, number>();
    for (const [key, n] of taken) bin.set(key, (bin.get(key) ?? 0) + n);
    if (!this.#seconds.has(second)) {
      this.#seconds.set(second, bin);
      this.#forgetSeconds(second - SERIES_SECONDS);
    }
    return taken;
  }

  /** Gives the series a past, from another source. Only seconds before this board began to listen are taken from it. */
  backfill(past: ReadonlyMap<number, ReadonlyMap<string, number>>): void {
    this.#past = past;
  }

  /** The last ten minutes of what was taken, oldest first; `bins[i]` is second `from + i` since 1970. */
  series(): { from: number; bins: ReadonlyMap<string, number>[] } {
    const last = Math.floor(this.#clock.now() / 1000);
    this.#forgetSeconds(last - SERIES_SECONDS);
    const listensFrom = Math.floor(this.#startedAt / 1000);
    const oldest = last - SERIES_SECONDS + 1;
    const pastSeconds = [...this.#past.keys()].filter((second) => second >= oldest && second < listensFrom);
    const [heardFrom = last + 1] = this.#seconds.keys();
    const from = Math.min(heardFrom, ...pastSeconds);
    if (from > last) return { from: last, bins: [] };
    const none: Counts = new Map();
    const bin = (second: number) => (second < listensFrom ? this.#past : this.#seconds).get(second) ?? none;
    return { from, bins: Array.from({ length: last - from + 1 }, (_, i) => bin(from + i)) };
  }

  #remember(id: string, heard: { minute: number; counts: Counts }): void {
    for (const [other, { minute }] of this.#heard) if (minute < heard.minute - MINUTE_MS) this.#heard.delete(other);
    this.#heard.set(id, heard);
  }

  /** Seconds are inserted in order, so the oldest come first. */
  #forgetSeconds(upTo: number): void {
    for (const second of this.#seconds.keys()) {
      if (second > upTo) return;
      this.#seconds.delete(second);
    }
  }
}
