import { DisposalStack } from '../../host/closing-stack.ts';
import { TallyBoard, tallySubject } from '../../modules/reactions/index.ts';
import type { Clock } from '../../ports/clock.ts';
import type { EventLog } from '../../ports/event-log.ts';
import type { LiveBus } from '../../ports/live-bus.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { ChannelReader } from './channel-watch.ts';
import { EmoteTable } from './emote-table.ts';
import { Occupancy, occupancySubject } from './occupancy.ts';
import { readPastReactions, type PastReactions } from './past-reactions.ts';
import type { RoomFlush, RoomTick } from './room-flush.ts';
import type { TickRate } from '../sockets/tick-rate.ts';

const OCCUPANCY_MS = 1_000;
/** How often ticks say the counts of the minute so far: what was lost or skipped heals by it. */
const KEYFRAME_MS = 5_000;
const MINUTE_MS = 60_000;
/** A name may be remembered a moment after its emote is first seen. */
const NAMES_AGAIN_MS = 2_000;

export interface RoomPulseParts {
  readonly channel: string;
  /** this gateway, for others that count */
  readonly node: string;
  readonly bus: LiveBus;
  readonly eventLog: EventLog;
  readonly channels: Pick<ChannelReader, 'aliases'>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly tickRate: Pick<TickRate, 'periodMs'>;
}

/** Seconds of reactions by emote index. */
interface Series {
  readonly from: number;
  readonly bins: [number, number][][];
}

/**
 * What is volatile in a room: tallies, the emotes that they name, and who is here. It says when a flush is due; the first
 * tick after silence at once, then at the rate that the process keeps up with.
 */
export class RoomPulse implements Disposable {
  readonly #parts: RoomPulseParts;
  /** asks for a flush; in this turn of the event loop's end, or now */
  readonly #flush: { soon(): void; now(): void };
  readonly #board: TallyBoard;
  readonly #occupancy: Occupancy;
  readonly #table = new EmoteTable();
  readonly #resources = new DisposalStack();
  #ticks = 0;
  #isKeyframeOwed = false;
  #keyframeAt = Number.NEGATIVE_INFINITY;
  #tickedAt = Number.NEGATIVE_INFINITY;
  #tickTimer: Disposable | undefined;
  #sentTable = 0;
  #sentOccupancy = 0;
  #sentOccupancyAt = Number.NEGATIVE_INFINITY;
  #namesTimer: Disposable | undefined;

  constructor(parts: RoomPulseParts, flush: { soon(): void; now(): void }) {
    const { channel, bus, clock, node } = parts;
    this.#parts = parts;
    this.#flush = flush;
    this.#board = new TallyBoard(clock);
    this.#occupancy = new Occupancy({ channel, bus, clock, boot: node });
  }

  /** @throws what the bus and the channels throw */
  async open(allowed: () => readonly string[]): Promise<void> {
    const { channel, channels } = this.#parts;
    this.#table.rename(await channels.aliases(channel));
    this.#table.allow(allowed());
    const past = await readPastReactions(this.#parts, channel);
    this.#board.backfill(past);
    for (const key of mostUsed(past)) this.#table.use(key, this.#parts.clock.now());
    this.#sentTable = this.#table.version;
    await this.#subscribe(tallySubject(channel), (message) => {
      if (this.#board.apply(message)) this.requestTick();
    });
    await this.#subscribe(occupancySubject(channel), (message) => this.#occupancy.hear(message));
    this.#occupancy.ask();
  }

  /** connections here */
  set own(n: number) {
    this.#occupancy.own = n;
  }

  /** connections everywhere */
  get occupancy(): number {
    return this.#occupancy.total;
  }

  get table(): { readonly version: number; readonly emotes: RoomTable['emotes'] } {
    const { version, emotes } = this.#table;
    return { version, emotes };
  }

  /** Settings may allow emotes that nobody has used yet. */
  allow(keys: readonly string[]): void {
    this.#table.allow(keys);
  }

  sweep(now: number): void {
    this.#occupancy.sweep(now);
    if (this.#occupancy.total !== this.#sentOccupancy) this.requestTick();
  }

  requestTick(): void {
    const { clock, tickRate } = this.#parts;
    const waitMs = this.#tickedAt + tickRate.periodMs - clock.now();
    if (waitMs <= 0) {
      this.#flush.soon();
      return;
    }
    this.#tickTimer ??= clock.after(waitMs, () => {
      this.#tickTimer = undefined;
      this.#flush.now();
    });
  }

  /** What changed since the last tick. @param isCompany whether ordered events go out anyway */
  takeTick(now: number, isCompany: boolean): RoomTick | undefined {
    if (!isCompany && now - this.#tickedAt < this.#parts.tickRate.periodMs) return undefined;
    const tallies = this.#takeTallies(now);
    const occupancy = this.#takeOccupancy(now);
    this.#isKeyframeOwed ||= tallies.length > 0;
    if (tallies.length === 0 && occupancy === undefined) return undefined;
    this.#tickedAt = now;
    this.#ticks += 1;
    return { number: this.#ticks, tallies, occupancy, totals: this.#takeTotals(now) };
  }

  /** The table, if it changed since it was sent. */
  takeTable(): RoomFlush['table'] {
    if (this.#table.version === this.#sentTable) return undefined;
    this.#sentTable = this.#table.version;
    return this.table;
  }

  /** Everything for a connection that lacks only what is volatile. */
  wholeTick(now: number): RoomTick {
    return { number: this.#ticks, tallies: [], occupancy: this.#occupancy.total, totals: this.#totals(now) };
  }

  /** The last ten minutes. */
  series(): Series {
    const { from, bins } = this.#board.series();
    return { from, bins: bins.map((bin) => this.#byIndex(bin, (key) => this.#table.indexOf(key))) };
  }

  [Symbol.dispose](): void {
    this.#occupancy.own = 0;
    this.#occupancy.sweep(this.#parts.clock.now());
    this.#tickTimer?.[Symbol.dispose]();
    this.#namesTimer?.[Symbol.dispose]();
    this.#resources.dispose();
  }

  async #subscribe(subject: string, listener: (message: unknown) => void): Promise<void> {
    this.#resources.use(await this.#parts.bus.subscribe(subject, listener));
  }

  #takeTallies(now: number): [number, number][] {
    const taken = this.#board.take();
    // Not only new emotes: an allowed one may get its name with its first reaction.
    for (const key of taken.keys()) if (this.#table.isNameless(key)) this.#learnNames();
    return this.#byIndex(taken, (key) => this.#table.use(key, now));
  }

  /** Emotes that share a place are one number. */
  #byIndex(counts: ReadonlyMap<string, number>, indexOf: (key: string) => number): [number, number][] {
    const sums = new Map<number, number>();
    for (const [key, n] of counts) {
      const index = indexOf(key);
      sums.set(index, (sums.get(index) ?? 0) + n);
    }
    return [...sums];
  }

  #takeTotals(now: number): RoomTick['totals'] {
    if (!this.#isKeyframeOwed || now - this.#keyframeAt < KEYFRAME_MS) return undefined;
    this.#isKeyframeOwed = false;
    this.#keyframeAt = now;
    return this.#totals(now);
  }

  /** Counts of the minute so far, as the chart of this gateway has them. */
  #totals(now: number): NonNullable<RoomTick['totals']> {
    const minute = now - (now % MINUTE_MS);
    const { from, bins } = this.#board.series();
    const counts = new Map<number, number>();
    for (const bin of bins.slice(Math.max(0, minute / 1000 - from))) {
      for (const [key, n] of bin) {
        const index = this.#table.indexOf(key);
        counts.set(index, (counts.get(index) ?? 0) + n);
      }
    }
    return { minute, counts: [...counts] };
  }

  #takeOccupancy(now: number): number | undefined {
    const { total } = this.#occupancy;
    // At most once a second: ten thousand arrivals are not ten thousand frames.
    if (total === this.#sentOccupancy || now - this.#sentOccupancyAt < OCCUPANCY_MS) return undefined;
    this.#sentOccupancy = total;
    this.#sentOccupancyAt = now;
    return total;
  }

  /** Asks for the names of new emotes, now and once more shortly after. */
  #learnNames(): void {
    if (this.#namesTimer) return;
    void this.#readNames();
    this.#namesTimer = this.#parts.clock.after(NAMES_AGAIN_MS, () => {
      this.#namesTimer = undefined;
      void this.#readNames();
    });
  }

  async #readNames(): Promise<void> {
    const { channel, channels, logger } = this.#parts;
    try {
      this.#table.rename(await channels.aliases(channel));
      if (this.#table.version !== this.#sentTable) this.#flush.soon();
    } catch (error) {
      logger.warn({ err: error, channel }, 'the names of emotes cannot be read');
    }
  }
}

type RoomTable = NonNullable<RoomFlush['table']>;

/** Those get a place first. */
function mostUsed(past: PastReactions): string[] {
  const sums = new Map<string, number>();
  for (const bin of past.values()) for (const [key, n] of bin) sums.set(key, (sums.get(key) ?? 0) + n);
  return [...sums].toSorted(([, a], [, b]) => b - a).map(([key]) => key);
}
