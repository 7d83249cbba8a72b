import { DisposalStack } from '../closing-stack.ts';
import type { FeedPosition, ResumePoint } from '@ovation/protocol';
import { TallyBoard, tallySubject } from '../modules/reactions/index.ts';
import type { EventLog } from '../ports/event-log.ts';
import type { LiveBus } from '../ports/live-bus.ts';
import { Audience } from './audience.ts';
import { decodeEvent, eventText, type ChannelEventAt } from './channel-event.ts';
import { ChannelWatch, type ChannelWatchParts } from './channel-watch.ts';
import { DOORS, type Connection, type Door } from './connection.ts';
import { EmoteTable } from './emote-table.ts';
import { Occupancy, occupancySubject } from './occupancy.ts';
import { readPastReactions } from './past-reactions.ts';
import { REPLAY_MAX_ENTRIES, ReplayRing } from './replay-ring.ts';
import { idOf, sseEvent } from './sse-events.ts';
import type { EncodedEvent, RoomFlush, RoomTick, Wording } from './room-flush.ts';

/** 5 Hz */
const TICK_MS = 200;
const OCCUPANCY_MS = 1_000;
/** How often ticks say the counts of the minute so far: what was lost or skipped heals by it. */
const KEYFRAME_MS = 5_000;
const MINUTE_MS = 60_000;
/** A position that was overtaken longer ago than this says that the peer, or the network, does not keep up. */
const STALE_MS = 10_000;
/** A name may be remembered a moment after its emote is first seen. */
const NAMES_AGAIN_MS = 2_000;

export interface RoomParts extends Omit<ChannelWatchParts, 'changed' | 'recent'> {
  readonly number: number;
  /** this gateway, for others that count */
  readonly node: string;
  readonly bus: LiveBus;
  readonly eventLog: EventLog;
  readonly wordings: Readonly<Record<Door, Wording>>;
}

/**
 * One channel on this gateway: who watches it here, its ordered events and its volatile tallies. Ordered events flush
 * at once, the rest at 5 Hz, the first after silence at once.
 */
export class Room implements Disposable {
  readonly channel: string;
  readonly number: number;
  /** since when nobody has been here */
  emptySince: number;
  readonly #parts: RoomParts;
  readonly #board: TallyBoard;
  readonly #occupancy: Occupancy;
  readonly #table = new EmoteTable();
  readonly #audiences: Readonly<Record<Door, Audience>>;
  readonly #ring = new ReplayRing();
  readonly #resources = new DisposalStack();
  #watch: ChannelWatch | undefined;
  #events: EncodedEvent[] = [];
  #gap: FeedPosition | undefined;
  #ticks = 0;
  #isKeyframeOwed = false;
  #keyframeAt = Number.NEGATIVE_INFINITY;
  #tickedAt = Number.NEGATIVE_INFINITY;
  #tickTimer: Disposable | undefined;
  #isFlushDue = false;
  #sentTable = 0;
  #sentOccupancy = 0;
  #sentOccupancyAt = Number.NEGATIVE_INFINITY;
  #namesTimer: Disposable | undefined;
  #snapshot: string | undefined;
  /** replays of this flush by the seq that they follow: a thousand reconnects cost one */
  readonly #replays = new Map<number, string>();

  private constructor(parts: RoomParts) {
    const { channel, number, node, bus, clock, metrics, wordings } = parts;
    this.channel = channel;
    this.number = number;
    this.#parts = parts;
    this.#board = new TallyBoard(clock);
    this.#occupancy = new Occupancy({ channel, bus, clock, boot: node });
    const audience = (door: Door) => new Audience({ door, framing: wordings[door], clock, metrics });
    this.#audiences = {
      native: audience('native'),
      classic: audience('classic'),
      sse: audience('sse'),
      poll: audience('poll'),
    };
    this.emptySince = clock.now();
  }

  /** @throws what the bus, the store or the modules throw; nothing is left behind then */
  static async open(parts: RoomParts): Promise<Room> {
    const room = new Room(parts);
    try {
      await room.#open();
    } catch (error) {
      room[Symbol.dispose]();
      throw error;
    }
    return room;
  }

  /** Resolves when connections can join. */
  get ready(): Promise<void> {
    return this.#opened.ready;
  }

  get isReady(): boolean {
    return this.#opened.isReady;
  }

  get position(): FeedPosition {
    return this.#opened.position;
  }

  get size(): number {
    return DOORS.reduce((sum, door) => sum + this.#audiences[door].size, 0);
  }

  /** What is already known here goes to those who are here: the newcomer's snapshot contains it. */
  join(connection: Connection): void {
    this.#flush();
    this.#audiences[connection.door].add(connection);
    this.#occupancy.own = this.size;
  }

  leave(connection: Connection): void {
    if (!this.#audiences[connection.door].delete(connection)) return;
    this.#occupancy.own = this.size;
    if (this.size === 0) this.emptySince = this.#parts.clock.now();
  }

  /** Whether a connection that has seen the entries up to `seq` was sent the next one more than 10 s ago. */
  isStale(connection: Connection, seq: number): boolean {
    const sent = this.#audiences[connection.door].heldAfter(connection) ?? this.#opened.position.o;
    if (seq >= sent) return false;
    const at = this.#ring.cameAt(seq + 1);
    return at === undefined || this.#parts.clock.now() - at > STALE_MS;
  }

  /**
   * Brings what a client at `since` needs, so that `reply` can say it in one turn: newer entries that this gateway has
   * not heard of, older ones that its ring has dropped (flows.md B4.2).
   * @throws when the client claims to be ahead and the store cannot be asked
   */
  async prepare(since: FeedPosition): Promise<void> {
    const { e, o } = this.#opened.position;
    if (since.e !== e || o - since.o > REPLAY_MAX_ENTRIES || this.#ring.after(since.o, o)) return;
    try {
      const known = await this.#opened.readAgain();
      this.#ring.prepend(this.#encode(known), this.#opened.position.o, this.#parts.clock.now());
    } catch (error) {
      // Behind us a snapshot is as good; ahead of us only the store knows.
      if (since.o > this.#opened.position.o) throw error;
    }
  }

  /**
   * The reply to a subscription as JSON: the position, and the events after `since` or the snapshot. Call it in the same
   * turn as `join`. The texts are kept until the next flush, so that a thousand reconnects cost one.
   */
  reply(since?: ResumePoint): string {
    const { e, o } = this.#opened.position;
    const replay = since?.e === e ? this.#replay(since.o, o) : undefined;
    return this.#replyWith(since, o, replay);
  }

  /** The same for a stream: the reply is at the position that the client had, and each missed event is one of its own. */
  streamReply(since: ResumePoint | undefined): { reply: string; events: readonly string[]; id: string } {
    const { e, o } = this.#opened.position;
    const missed = since?.e === e ? this.#ring.after(since.o, o) : undefined;
    const from = missed ? (since?.o ?? o) : o;
    const events = (missed ?? []).map((text, index) => sseEvent('ev', text, idOf(e, from + index + 1)));
    return { reply: this.#replyWith(since, from, missed && ''), events, id: idOf(e, from) };
  }

  #replyWith(since: ResumePoint | undefined, o: number, replay: string | undefined): string {
    const { e } = this.#opened.position;
    if (since) this.#parts.metrics.resumes.inc({ recovered: String(replay !== undefined) });
    const head = JSON.stringify({ c: this.number, e, o, recovered: replay !== undefined }).slice(0, -1);
    const occ = `"occ":${this.#occupancy.total}`;
    if (replay !== undefined) return `${head},"events":[${replay}],${occ},${this.#describeLive(since?.t)}`;
    this.#snapshot ??= this.#describe();
    return `${head},"snap":{${occ},${this.#snapshot}}`;
  }

  sweep(now: number): void {
    this.#ring.sweep(now);
    if (this.isReady) this.#sweepLate(now);
    this.#occupancy.sweep(now);
    if (this.#occupancy.total !== this.#sentOccupancy) this.#requestTick();
  }

  [Symbol.dispose](): void {
    this.#occupancy.own = 0;
    this.#occupancy.sweep(this.#parts.clock.now());
    this.#tickTimer?.[Symbol.dispose]();
    this.#namesTimer?.[Symbol.dispose]();
    this.#resources.dispose();
  }

  get #opened(): ChannelWatch {
    if (!this.#watch) throw new Error(`Room ${this.channel} is not open yet`);
    return this.#watch;
  }

  async #open(): Promise<void> {
    const { bus, channel, channels } = this.#parts;
    const resources = this.#resources;
    const watch = await ChannelWatch.open({
      ...this.#parts,
      recent: (events) => {
        for (const { seq, text } of this.#encode(events)) this.#ring.push(seq, text, this.#parts.clock.now());
      },
      changed: (events, gap) => this.#changed(events, gap),
    });
    this.#watch = resources.use(watch);
    this.#table.rename(await channels.aliases(channel));
    this.#table.allow(watch.state.allowedKeys());
    this.#board.backfill(await readPastReactions(this.#parts, channel));
    this.#sentTable = this.#table.version;
    resources.use(
      await bus.subscribe(tallySubject(channel), (message) => {
        if (this.#board.apply(message)) this.#requestTick();
      }),
    );
    resources.use(await bus.subscribe(occupancySubject(channel), (message) => this.#occupancy.hear(message)));
    this.#occupancy.ask();
  }

  #encode(events: readonly ChannelEventAt[]): EncodedEvent[] {
    const at = this.#parts.clock.now();
    return events.map(({ seq, event }) => ({ seq, event, text: eventText(this.number, at, { seq, event }) }));
  }

  #changed(news: readonly ChannelEventAt[], gap: FeedPosition | undefined): void {
    const events = this.#encode(news);
    if (gap) {
      this.#ring.clear();
      // The snapshot that follows a gap contains what waited before it.
      this.#events = [];
      this.#gap = gap;
    }
    for (const { seq, text } of events) this.#ring.push(seq, text, this.#parts.clock.now());
    this.#events.push(...events);
    this.#flushSoon();
  }

  #requestTick(): void {
    const { clock } = this.#parts;
    const waitMs = this.#tickedAt + TICK_MS - clock.now();
    if (waitMs <= 0) {
      this.#flushSoon();
      return;
    }
    this.#tickTimer ??= clock.after(waitMs, () => {
      this.#tickTimer = undefined;
      this.#flush();
    });
  }

  /** Everything that happens in one turn of the event loop shares a frame. */
  #flushSoon(): void {
    if (this.#isFlushDue) return;
    this.#isFlushDue = true;
    setImmediate(() => {
      this.#isFlushDue = false;
      this.#flush();
    });
  }

  #flush(): void {
    if (this.#resources.disposed || !this.#watch?.isReady) return;
    const now = this.#parts.clock.now();
    const events = this.#events;
    const gap = this.#gap;
    this.#events = [];
    this.#gap = undefined;
    const hasOrdered = events.length > 0 || gap !== undefined;
    // Settings may allow emotes that nobody has used yet.
    if (hasOrdered) this.#table.allow(this.#watch.state.allowedKeys());
    const isTickDue = hasOrdered || now - this.#tickedAt >= TICK_MS;
    const tick = isTickDue ? this.#takeTick(now) : undefined;
    const table = this.#takeTable();
    if (!hasOrdered && !tick && !table) return;
    this.#snapshot = undefined;
    this.#replays.clear();
    this.#send({ number: this.number, position: this.#watch.position, at: now, gap, events, table, tick });
  }

  #send(flush: RoomFlush): void {
    const first = flush.events[0]?.seq;
    const after = first === undefined ? flush.position.o : first - 1;
    for (const door of DOORS) {
      const audience = this.#audiences[door];
      if (audience.size > 0) audience.send(this.#parts.wordings[door].encode(flush), after);
    }
  }

  #takeTick(now: number): RoomTick | undefined {
    const tallies: [number, number][] = [];
    for (const [key, n] of this.#board.take()) {
      const index = this.#table.indexOf(key);
      if (index !== undefined) tallies.push([index, n]);
      // Not only new emotes: an allowed one may get its name with its first reaction.
      if (this.#table.isNameless(key)) this.#learnNames();
    }
    const occupancy = this.#takeOccupancy(now);
    this.#isKeyframeOwed ||= tallies.length > 0;
    if (tallies.length === 0 && occupancy === undefined) return undefined;
    this.#tickedAt = now;
    this.#ticks += 1;
    return { number: this.#ticks, tallies, occupancy, totals: this.#takeTotals(now) };
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
    const { from, bins } = this.#series();
    const counts = new Map<number, number>();
    for (const bin of bins.slice(Math.max(0, minute / 1000 - from))) {
      for (const [index, n] of bin) counts.set(index, (counts.get(index) ?? 0) + n);
    }
    return { minute, counts: [...counts] };
  }

  /** What is on its way first: then the position and what everybody has are the same. */
  #sweepLate(now: number): void {
    this.#flush();
    for (const door of DOORS) {
      this.#audiences[door].sweep(now, (after) => this.#parts.wordings[door].encode(this.#catchUp(after, now)));
    }
  }

  /** For somebody who has everything up to entry `after`, or lacks only what is volatile. */
  #catchUp(after: number | undefined, now: number): RoomFlush {
    const position = this.#opened.position;
    const { version, emotes } = this.#table;
    const missed = after === undefined ? [] : this.#ring.after(after, position.o);
    return {
      number: this.number,
      position,
      at: now,
      gap: missed ? undefined : position,
      events: (missed ?? []).map(decodeEvent),
      table: { version, emotes },
      tick: { number: this.#ticks, tallies: [], occupancy: this.#occupancy.total, totals: this.#totals(now) },
    };
  }

  #takeOccupancy(now: number): number | undefined {
    const { total } = this.#occupancy;
    // At most once a second: ten thousand arrivals are not ten thousand frames.
    if (total === this.#sentOccupancy || now - this.#sentOccupancyAt < OCCUPANCY_MS) return undefined;
    this.#sentOccupancy = total;
    this.#sentOccupancyAt = now;
    return total;
  }

  #takeTable(): RoomFlush['table'] {
    const { version, emotes } = this.#table;
    if (version === this.#sentTable) return undefined;
    this.#sentTable = version;
    return { version, emotes };
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
    const { channel, channels, log } = this.#parts;
    try {
      this.#table.rename(await channels.aliases(channel));
      if (this.#table.version !== this.#sentTable) this.#flushSoon();
    } catch (error) {
      log.warn({ err: error, channel }, 'the names of emotes cannot be read');
    }
  }

  #replay(from: number, top: number): string | undefined {
    const known = this.#replays.get(from) ?? this.#ring.after(from, top)?.join(',');
    if (known !== undefined) this.#replays.set(from, known);
    return known;
  }

  /** What a client that missed no event needs besides: the table, and the chart from second `fromMs` on. */
  #describeLive(fromMs: number | undefined): string {
    const table = `"table":${JSON.stringify({ v: this.#table.version, emotes: this.#table.emotes })}`;
    if (fromMs === undefined) return `${table}}`;
    const { from, bins } = this.#series();
    const skip = Math.max(0, Math.floor(fromMs / 1000) - from);
    return `${table},"series":${JSON.stringify({ from: from + skip, bins: bins.slice(skip) })}}`;
  }

  /** The snapshot without its braces and occupancy, which changes too often to be kept. */
  #describe(): string {
    const series = this.#series();
    const snapshot = { ...this.#opened.state.snapshot(), emotes: this.#table.emotes, series };
    return JSON.stringify(snapshot).slice(1);
  }

  #series(): { from: number; bins: [number, number][][] } {
    const { from, bins } = this.#board.series();
    const pairs = bins.map((bin) =>
      [...bin].flatMap(([key, n]): [number, number][] => {
        const index = this.#table.indexOf(key);
        return index === undefined ? [] : [[index, n]];
      }),
    );
    return { from, bins: pairs };
  }
}
