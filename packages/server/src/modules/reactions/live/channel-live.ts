import type { TableEmote } from '@ovation/protocol';
import { type FeedLive, LiveFrame, type LiveFrames, type LiveRoom } from '../../../gateway/rooms/feed-kind.ts';
import { DisposalStack } from '../../../host/closing-stack.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { EventLog } from '../../../ports/event-log.ts';
import type { LiveBus } from '../../../ports/live-bus.ts';
import type { Logger } from '../../../telemetry/logger.ts';
import type { Channels } from '../../channels/index.ts';
import type { Moments } from '../../moments/index.ts';
import { tallySubject } from '../tally-publisher.ts';
import type { ChannelState } from './channel-state.ts';
import { EmoteTable } from './emote-table.ts';
import { Occupancy, occupancySubject } from './occupancy.ts';
import { readPastReactions, type PastReactions } from './past-reactions.ts';
import { TallyBoard } from './tally-board.ts';

const OCCUPANCY_MS = 1_000;
/** How often ticks say the counts of the minute so far: what was lost or skipped heals by it. */
const KEYFRAME_MS = 5_000;
const MINUTE_MS = 60_000;
/** A name may be remembered a moment after its emote is first seen. */
const NAMES_AGAIN_MS = 2_000;

export interface ChannelLiveParts {
  readonly bus: LiveBus;
  readonly eventLog: EventLog;
  readonly channels: Pick<Channels, 'aliases' | 'find'>;
  readonly moments: Pick<Moments, 'secondsStill'>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Seconds of reactions by emote index. */
interface Series {
  readonly from: number;
  readonly bins: [number, number][][];
}

/** Since the last tick: [emote index, reactions], and who is here, and whether moments are found, if that changed. */
interface Tick {
  readonly s: number;
  readonly at: number;
  readonly t: readonly [number, number][];
  readonly occ: number | undefined;
  readonly stalled: boolean | undefined;
  readonly tot: Totals | undefined;
}

/** Reactions of the minute that began at `m` (ms) so far. */
interface Totals {
  readonly m: number;
  readonly t: readonly [number, number][];
}

/**
 * What is volatile in a channel: tallies, the emotes that they name, and how many connections are here. It says when a
 * flush is due; the first tick after silence at once, then at the rate that the process keeps up with.
 */
export class ChannelLive implements FeedLive {
  readonly #parts: ChannelLiveParts;
  readonly #room: LiveRoom;
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
  #sentStalled = false;
  #namesTimer: Disposable | undefined;

  constructor(parts: ChannelLiveParts, room: LiveRoom) {
    const { bus, clock } = parts;
    this.#parts = parts;
    this.#room = room;
    this.#board = new TallyBoard(clock);
    this.#occupancy = new Occupancy({ channel: room.name, bus, clock, boot: room.node });
  }

  /** @throws what the bus and the channels throw */
  async open(): Promise<void> {
    const { name } = this.#room;
    this.#table.rename(await this.#parts.channels.aliases(name));
    this.#allow();
    const past = (await this.#parts.channels.find(name)) ? await readPastReactions(this.#parts, name) : new Map();
    this.#board.backfill(past);
    for (const key of mostUsed(past)) this.#table.use(key, this.#parts.clock.now());
    this.#sentTable = this.#table.version;
    await this.#subscribe(tallySubject(name), (message) => {
      if (this.#board.apply(message)) this.#requestTick();
    });
    await this.#subscribe(occupancySubject(name), (message) => this.#occupancy.hear(message));
    this.#occupancy.ask();
  }

  counted(connections: number): void {
    this.#occupancy.own = connections;
  }

  sweep(now: number): void {
    this.#occupancy.sweep(now);
    if (this.#occupancy.total !== this.#sentOccupancy || this.#isStalled() !== this.#sentStalled) this.#requestTick();
  }

  take(now: number, hasEvents: boolean): LiveFrames {
    if (hasEvents) this.#allow();
    // First: a tick may give places to emotes, which changes the table.
    const tick = this.#takeTick(now, hasEvents);
    return { ordered: this.#takeTable(), volatile: tick && this.#frameOf(tick) };
  }

  whole(now: number): LiveFrames {
    const tot = this.#totals(now);
    const tick = { s: this.#ticks, at: now, t: [], occ: this.#occupancy.total, stalled: this.#isStalled(), tot };
    return { ordered: this.#tableFrame(), volatile: this.#frameOf(tick) };
  }

  current(): { occ: number; stalled?: true } {
    return { occ: this.#occupancy.total, ...(this.#isStalled() && { stalled: true }) };
  }

  since(fromMs: number | undefined): object {
    // Before the table: it may give a place to the emotes that have none.
    const series = fromMs === undefined ? undefined : this.#series();
    const { version, emotes } = this.#table;
    const table = { v: version, emotes };
    if (!series || fromMs === undefined) return { table };
    const skip = Math.max(0, Math.floor(fromMs / 1000) - series.from);
    return { table, series: { from: series.from + skip, bins: series.bins.slice(skip) } };
  }

  snapshot(): { emotes: readonly TableEmote[]; series: Series } {
    const series = this.#series();
    return { emotes: this.#table.emotes, series };
  }

  [Symbol.dispose](): void {
    this.#occupancy.own = 0;
    this.#occupancy.sweep(this.#parts.clock.now());
    this.#tickTimer?.[Symbol.dispose]();
    this.#namesTimer?.[Symbol.dispose]();
    this.#resources.dispose();
  }

  /** Settings may allow emotes that no viewer has used yet. */
  #allow(): void {
    const state = this.#room.state() as ChannelState | undefined; // of the same feed kind
    if (state) this.#table.allow(state.allowedKeys());
  }

  #requestTick(): void {
    const waitMs = this.#tickedAt + this.#room.tickPeriodMs() - this.#parts.clock.now();
    if (waitMs <= 0) {
      this.#room.flushSoon();
      return;
    }
    this.#tickTimer ??= this.#parts.clock.after(waitMs, () => {
      this.#tickTimer = undefined;
      this.#room.flushNow();
    });
  }

  #frameOf({ s, at, t, occ, stalled, tot }: Tick): LiveFrame {
    const { number: c } = this.#room;
    return new LiveFrame({ k: 'tick', c, s, at, t, occ, stalled, tot });
  }

  #tableFrame(): LiveFrame {
    const { version, emotes } = this.#table;
    return new LiveFrame({ k: 'table', c: this.#room.number, v: version, emotes });
  }

  /** What changed since the last tick. @param isCompany whether events go out anyway */
  #takeTick(now: number, isCompany: boolean): Tick | undefined {
    if (!isCompany && now - this.#tickedAt < this.#room.tickPeriodMs()) return undefined;
    const t = this.#takeTallies(now);
    const occ = this.#takeOccupancy(now);
    this.#isKeyframeOwed ||= t.length > 0;
    const stalled = this.#takeStalled();
    if (t.length === 0 && occ === undefined && stalled === undefined) return undefined;
    this.#tickedAt = now;
    this.#ticks += 1;
    return { s: this.#ticks, at: now, t, occ, stalled, tot: this.#takeTotals(now) };
  }

  /** The table, if it changed since it was sent. */
  #takeTable(): LiveFrame | undefined {
    if (this.#table.version === this.#sentTable) return undefined;
    this.#sentTable = this.#table.version;
    return this.#tableFrame();
  }

  /** The last ten minutes. */
  #series(): Series {
    const { from, bins } = this.#board.series();
    return { from, bins: bins.map((bin) => this.#byIndex(bin, (key) => this.#table.indexOf(key))) };
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

  #takeTotals(now: number): Totals | undefined {
    if (!this.#isKeyframeOwed || now - this.#keyframeAt < KEYFRAME_MS) return undefined;
    this.#isKeyframeOwed = false;
    this.#keyframeAt = now;
    return this.#totals(now);
  }

  /** Counts of the minute so far, as the chart of this gateway has them. */
  #totals(now: number): Totals {
    const minute = now - (now % MINUTE_MS);
    const { from, bins } = this.#board.series();
    const counts = new Map<number, number>();
    for (const bin of bins.slice(Math.max(0, minute / 1000 - from))) {
      for (const [key, n] of bin) {
        const index = this.#table.indexOf(key);
        counts.set(index, (counts.get(index) ?? 0) + n);
      }
    }
    return { m: minute, t: [...counts] };
  }

  #takeOccupancy(now: number): number | undefined {
    const { total } = this.#occupancy;
    // At most once a second: ten thousand arrivals are not ten thousand frames.
    if (total === this.#sentOccupancy || now - this.#sentOccupancyAt < OCCUPANCY_MS) return undefined;
    this.#sentOccupancy = total;
    this.#sentOccupancyAt = now;
    return total;
  }

  #isStalled(): boolean {
    return this.#parts.moments.secondsStill(this.#room.name) > 0;
  }

  #takeStalled(): boolean | undefined {
    const isStalled = this.#isStalled();
    if (isStalled === this.#sentStalled) return undefined;
    this.#sentStalled = isStalled;
    return isStalled;
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
    const { channels, logger } = this.#parts;
    const { name } = this.#room;
    try {
      this.#table.rename(await channels.aliases(name));
      if (this.#table.version !== this.#sentTable) this.#room.flushSoon();
    } catch (error) {
      logger.warn({ err: error, channel: name }, 'the names of emotes cannot be read');
    }
  }
}

/** Emotes that get a place first. */
function mostUsed(past: PastReactions): string[] {
  const sums = new Map<string, number>();
  for (const bin of past.values()) for (const [key, n] of bin) sums.set(key, (sums.get(key) ?? 0) + n);
  return [...sums].toSorted(([, a], [, b]) => b - a).map(([key]) => key);
}
