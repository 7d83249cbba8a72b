import { DisposalStack } from '../../host/closing-stack.ts';
import type { FeedPosition, ResumePoint } from '@ovation/protocol';
import { Audience } from '../sockets/audience.ts';
import { decodeEvent, type ChannelEventAt } from './channel-event.ts';
import { ChannelWatch, type ChannelWatchParts } from './channel-watch.ts';
import { DOORS, type Connection, type Door } from '../sockets/connection.ts';
import { REPLAY_MAX_ENTRIES } from './replay-ring.ts';
import { idOf, sseEvent } from '../doors/sse-events.ts';
import type { EncodedEvent, RoomFlush, Wording } from './room-flush.ts';
import { RoomPulse, type RoomPulseParts } from './room-pulse.ts';
import { RoomReplay } from './room-replay.ts';
import { gatewayMetrics } from '../metrics.ts';

/** A position that was overtaken longer ago than this says that the peer, or the network, does not keep up. */
const STALE_MS = 10_000;

export interface RoomParts extends Omit<ChannelWatchParts, 'changed' | 'recent'>, Omit<RoomPulseParts, 'channels'> {
  readonly number: number;
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
  readonly #pulse: RoomPulse;
  readonly #audiences: Readonly<Record<Door, Audience>>;
  readonly #replay: RoomReplay;
  readonly #resources = new DisposalStack();
  #watch: ChannelWatch | undefined;
  #events: EncodedEvent[] = [];
  #gap: FeedPosition | undefined;
  #isFlushDue = false;
  #snapshot: string | undefined;

  private constructor(parts: RoomParts) {
    const { channel, number, clock, metrics, wordings } = parts;
    this.channel = channel;
    this.number = number;
    this.#parts = parts;
    this.#pulse = new RoomPulse(parts, { soon: () => this.#flushSoon(), now: () => this.#flush() });
    this.#replay = new RoomReplay(number);
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

  /** Resolves when connections can join. @throws when the room has been given up */
  get ready(): Promise<void> {
    if (this.#resources.disposed) return Promise.reject(new Error(`Room ${this.channel} was given up`));
    return this.#opened.ready;
  }

  /** False also for a room that was given up before a connection could join: nothing would ever come out of it. */
  get isReady(): boolean {
    return !this.#resources.disposed && this.#opened.isReady;
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
    this.#pulse.own = this.size;
  }

  leave(connection: Connection): void {
    if (!this.#audiences[connection.door].delete(connection)) return;
    this.#pulse.own = this.size;
    if (this.size === 0) this.emptySince = this.#parts.clock.now();
  }

  /** Whether a connection that has seen the entries up to `seq` was sent the next one more than 10 s ago. */
  isStale(connection: Connection, seq: number): boolean {
    const sent = this.#audiences[connection.door].heldAfter(connection) ?? this.#opened.position.o;
    if (seq >= sent) return false;
    const at = this.#replay.cameAt(seq + 1);
    return at === undefined || this.#parts.clock.now() - at > STALE_MS;
  }

  /**
   * Brings what a client at `since` needs, so that `reply` can say it in one turn: newer entries that this gateway has
   * not heard of, older ones that its ring has dropped (flows.md B4.2).
   * @throws when the client claims to be ahead and the store cannot be asked
   */
  async prepare(since: FeedPosition): Promise<void> {
    const { e, o } = this.#opened.position;
    if (since.e !== e || o - since.o > REPLAY_MAX_ENTRIES || this.#replay.after(since.o, o)) return;
    try {
      const known = await this.#opened.readAgain();
      if (this.#opened.position.e !== e) return;
      const now = this.#parts.clock.now();
      this.#replay.prepend(this.#replay.encode(known, now), this.#opened.position.o, now);
    } catch (error) {
      // Behind us a snapshot is as good; ahead of us only the store knows.
      if (since.o > this.#opened.position.o) throw error;
    }
  }

  /** Entries that were read elsewhere, as they may be told now: one that was deleted meanwhile is a tombstone. */
  tell(events: readonly ChannelEventAt[]): readonly string[] {
    return this.#replay.encode(events, this.#parts.clock.now()).map(({ text }) => text);
  }

  /**
   * The reply to a subscription as JSON: the position, and the events after `since` or the snapshot. Call it in the same
   * turn as `join`. The texts are kept until the next flush, so that a thousand reconnects cost one.
   */
  reply(since?: ResumePoint): string {
    const { e, o } = this.#opened.position;
    const replay = since?.e === e ? this.#replay.textAfter(since.o, o) : undefined;
    return this.#replyWith(since, o, replay);
  }

  /** The same for a stream: the reply is at the position that the client had, and each missed event is one of its own. */
  streamReply(since: ResumePoint | undefined): { reply: string; events: readonly string[]; id: string } {
    const { e, o } = this.#opened.position;
    const missed = since?.e === e ? this.#replay.after(since.o, o) : undefined;
    const from = missed ? (since?.o ?? o) : o;
    const events = (missed ?? []).map((text, index) => sseEvent('ev', text, idOf(e, from + index + 1)));
    return { reply: this.#replyWith(since, from, missed && ''), events, id: idOf(e, from) };
  }

  sweep(now: number): void {
    this.#replay.sweep(now);
    if (this.isReady) this.#sweepLate(now);
    this.#pulse.sweep(now);
  }

  [Symbol.dispose](): void {
    this.#pulse[Symbol.dispose]();
    this.#resources.dispose();
  }

  get #opened(): ChannelWatch {
    if (!this.#watch) throw new Error(`Room ${this.channel} is not open yet`);
    return this.#watch;
  }

  async #open(): Promise<void> {
    const watch = await ChannelWatch.open({
      ...this.#parts,
      recent: (events) => void this.#keep(events),
      changed: (events, gap) => this.#changed(events, gap),
    });
    this.#watch = this.#resources.use(watch);
    await this.#pulse.open(() => (watch.isReady ? watch.state.allowedKeys() : []));
  }

  /** The newest events go into the ring. */
  #keep(news: readonly ChannelEventAt[]): EncodedEvent[] {
    const now = this.#parts.clock.now();
    const events = this.#replay.encode(news, now);
    this.#replay.push(events, now);
    return events;
  }

  #changed(news: readonly ChannelEventAt[], gap: FeedPosition | undefined): void {
    if (gap) {
      this.#replay.clear();
      // The snapshot that follows a gap contains what waited before it.
      this.#events = [];
      this.#gap = gap;
    }
    const events = this.#keep(news);
    // What has not gone out yet need not go out and be taken back.
    if (events.some(({ event }) => event.y === 'del'))
      this.#events = this.#replay.encode(this.#events, this.#parts.clock.now());
    this.#events.push(...events);
    this.#snapshot = undefined;
    this.#flushSoon();
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
    if (hasOrdered) this.#pulse.allow(this.#watch.state.allowedKeys());
    const tick = this.#pulse.takeTick(now, hasOrdered);
    const table = this.#pulse.takeTable();
    if (!hasOrdered && !tick && !table) return;
    this.#snapshot = undefined;
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

  /** What is on its way first: then the position and what everybody has are the same. */
  #sweepLate(now: number): void {
    this.#flush();
    for (const door of DOORS) {
      this.#audiences[door].sweep(now, (after) => this.#parts.wordings[door].encode(this.#catchUp(after, now)));
    }
  }

  /** For a connection that has everything up to entry `after`, or lacks only what is volatile. */
  #catchUp(after: number | undefined, now: number): RoomFlush {
    const position = this.#opened.position;
    const missed = after === undefined ? [] : this.#replay.after(after, position.o);
    return {
      number: this.number,
      position,
      at: now,
      gap: missed ? undefined : position,
      events: (missed ?? []).map(decodeEvent),
      table: this.#pulse.table,
      tick: this.#pulse.wholeTick(now),
    };
  }

  #replyWith(since: ResumePoint | undefined, o: number, replay: string | undefined): string {
    const { e } = this.#opened.position;
    if (since) gatewayMetrics(this.#parts.metrics).resumes.inc({ recovered: String(replay !== undefined) });
    const head = JSON.stringify({ c: this.number, e, o, recovered: replay !== undefined }).slice(0, -1);
    const occ = `"occ":${this.#pulse.occupancy}`;
    if (replay !== undefined) return `${head},"events":[${replay}],${occ},${this.#describeLive(since?.t)}`;
    this.#snapshot ??= this.#describe();
    return `${head},"snap":{${occ},${this.#snapshot}}`;
  }

  /** What a client that missed no event needs besides: the table, and the chart from second `fromMs` on. */
  #describeLive(fromMs: number | undefined): string {
    // Before the table: it may give a place to the emotes that have none.
    const series = fromMs === undefined ? undefined : this.#pulse.series();
    const { version, emotes } = this.#pulse.table;
    const table = `"table":${JSON.stringify({ v: version, emotes })}`;
    if (!series || fromMs === undefined) return `${table}}`;
    const skip = Math.max(0, Math.floor(fromMs / 1000) - series.from);
    return `${table},"series":${JSON.stringify({ from: series.from + skip, bins: series.bins.slice(skip) })}}`;
  }

  /** The snapshot without its braces and occupancy, which changes too often to be kept. */
  #describe(): string {
    const series = this.#pulse.series();
    const snapshot = { ...this.#opened.state.snapshot(), emotes: this.#pulse.table.emotes, series };
    return JSON.stringify(snapshot).slice(1);
  }
}
