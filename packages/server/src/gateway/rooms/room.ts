import { DisposalStack } from '../../host/closing-stack.ts';
import type { FeedPosition, ResumePoint } from '@ovation/protocol';
import { idOf, sseEvent } from '../doors/sse-events.ts';
import { WORDINGS } from '../doors/wordings.ts';
import { gatewayMetrics } from '../metrics.ts';
import { Audience } from '../sockets/audience.ts';
import { DOORS, type Connection, type Door } from '../sockets/connection.ts';
import type { TickRate } from '../sockets/tick-rate.ts';
import type { EncodedEvent, FeedEventAt } from './feed-event.ts';
import type { FeedLive } from './feed-kind.ts';
import { FeedWatch, type FeedWatchParts } from './feed-watch.ts';
import { REPLAY_MAX_ENTRIES } from './replay-ring.ts';
import type { EncodedFlush, RoomFlush } from './room-flush.ts';
import { RoomReplay } from './room-replay.ts';

/** A position that was overtaken longer ago than this says that the peer, or the network, does not keep up. */
const STALE_MS = 10_000;

export interface RoomParts extends FeedWatchParts {
  readonly number: number;
  /** this gateway, for others that count */
  readonly node: string;
  readonly tickRate: Pick<TickRate, 'periodMs'>;
}

/**
 * One feed on this gateway: the connections that follow it here, its ordered events, and what its kind adds that is
 * volatile. Ordered events flush at once; when the rest flushes is the kind's business.
 */
export class FeedRoom implements Disposable {
  /** since when no connection has been here */
  emptySince: number;
  readonly #parts: RoomParts;
  readonly #live: FeedLive | undefined;
  readonly #audiences: Readonly<Record<Door, Audience>>;
  readonly #replay: RoomReplay;
  readonly #resources = new DisposalStack();
  #watch: FeedWatch | undefined;
  #events: EncodedEvent[] = [];
  #gap: FeedPosition | undefined;
  #isFlushDue = false;
  #snapshot: string | undefined;

  private constructor(parts: RoomParts) {
    const { clock, feed, metrics, node, number, tickRate } = parts;
    this.#parts = parts;
    this.#live = feed.live({
      name: feed.name,
      number,
      node,
      tickPeriodMs: () => tickRate.periodMs,
      flushSoon: () => this.#flushSoon(),
      flushNow: () => this.#flush(),
      state: () => (this.#watch?.isReady ? this.#watch.state : undefined),
    });
    this.#replay = new RoomReplay(number);
    const audience = (door: Door) => new Audience({ door, framing: WORDINGS[door], clock, metrics });
    this.#audiences = {
      native: audience('native'),
      classic: audience('classic'),
      sse: audience('sse'),
      poll: audience('poll'),
    };
    this.emptySince = clock.now();
  }

  /** @throws what the bus, the store or the feed's kind throws; nothing is left behind then */
  static async open(parts: RoomParts): Promise<FeedRoom> {
    const room = new FeedRoom(parts);
    try {
      await room.#open();
    } catch (error) {
      room[Symbol.dispose]();
      throw error;
    }
    return room;
  }

  /** the whole name of its feed */
  get feed(): string {
    return this.#parts.feed.feed;
  }

  /** Which kind its feed is of, and what it is called there. */
  get named(): { readonly prefix: string; readonly name: string } {
    const { name, prefix } = this.#parts.feed;
    return { prefix, name };
  }

  get number(): number {
    return this.#parts.number;
  }

  /** Resolves when connections can join. @throws when the room has been given up */
  get ready(): Promise<void> {
    if (this.#resources.disposed) return Promise.reject(new Error(`Room ${this.feed} was given up`));
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

  /** The connections here are told first what is already known: the newcomer's snapshot contains it. */
  join(connection: Connection): void {
    this.#flush();
    this.#audiences[connection.door].add(connection);
    this.#live?.counted(this.size);
  }

  leave(connection: Connection): void {
    if (!this.#audiences[connection.door].delete(connection)) return;
    this.#live?.counted(this.size);
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

  /**
   * At most `limit` events before `before`, ascending, as they may be told now: a deleted one is a tombstone.
   * @returns their texts, and whether the store has older ones
   * @throws what the store throws
   */
  async history(before: number, limit: number): Promise<{ texts: readonly string[]; hasMore: boolean }> {
    const to = Math.min(this.#opened.position.o, before - 1);
    const from = Math.max(1, to - limit + 1);
    const entries = to < from ? [] : await this.#parts.liveFeeds.history(this.feed, from, to);
    const events = this.#replay.encode(this.#opened.read(entries), this.#parts.clock.now());
    // Below what retention has left there is nothing.
    return { texts: events.map(({ text }) => text), hasMore: from > 1 && entries[0]?.seq === from };
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
    const events = (missed ?? []).map(({ seq, text }) => sseEvent('ev', text, idOf(e, seq)));
    return { reply: this.#replyWith(since, from, missed && ''), events, id: idOf(e, from) };
  }

  sweep(now: number): void {
    this.#replay.sweep(now);
    if (this.isReady) this.#sweepLate(now);
    this.#live?.sweep(now);
  }

  [Symbol.dispose](): void {
    this.#live?.[Symbol.dispose]();
    this.#resources.dispose();
  }

  get #opened(): FeedWatch {
    if (!this.#watch) throw new Error(`Room ${this.feed} is not open yet`);
    return this.#watch;
  }

  async #open(): Promise<void> {
    const watch = await FeedWatch.open(this.#parts, {
      recent: (events) => void this.#keep(events),
      changed: (events, gap) => this.#changed(events, gap),
    });
    this.#watch = this.#resources.use(watch);
    await this.#live?.open();
  }

  /** The newest events go into the ring. */
  #keep(news: readonly FeedEventAt[]): EncodedEvent[] {
    const now = this.#parts.clock.now();
    const events = this.#replay.encode(news, now);
    this.#replay.push(events, now);
    return events;
  }

  #changed(news: readonly FeedEventAt[], gap: FeedPosition | undefined): void {
    if (gap) {
      this.#replay.clear();
      // The snapshot that follows a gap contains what waited before it.
      this.#events = [];
      this.#gap = gap;
    }
    const events = this.#keep(news);
    // An event that has not gone out yet need not go out and be taken back.
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
    const events = this.#events;
    const gap = this.#gap;
    this.#events = [];
    this.#gap = undefined;
    const hasEvents = events.length > 0 || gap !== undefined;
    const live = this.#live?.take(this.#parts.clock.now(), hasEvents) ?? {};
    if (!hasEvents && !live.ordered && !live.volatile) return;
    this.#snapshot = undefined;
    this.#send({ number: this.number, position: this.#watch.position, gap, events, live });
  }

  #send(flush: RoomFlush): void {
    const first = flush.events[0]?.seq;
    const after = first === undefined ? flush.position.o : first - 1;
    for (const door of DOORS) {
      const audience = this.#audiences[door];
      if (audience.size > 0) audience.send(this.#encode(door, flush), after);
    }
  }

  #encode(door: Door, flush: RoomFlush): EncodedFlush {
    return WORDINGS[door].encode(flush, this.#parts.feed);
  }

  /** What is on its way first: then the position and what all connections have are the same. */
  #sweepLate(now: number): void {
    this.#flush();
    for (const door of DOORS) {
      this.#audiences[door].sweep(now, (after) => this.#encode(door, this.#catchUp(after, now)));
    }
  }

  /** For a connection that has everything up to entry `after`, or lacks only what is volatile. */
  #catchUp(after: number | undefined, now: number): RoomFlush {
    const position = this.#opened.position;
    const missed = after === undefined ? [] : this.#replay.after(after, position.o);
    return {
      number: this.number,
      position,
      gap: missed ? undefined : position,
      events: missed ?? [],
      live: this.#live?.whole(now) ?? {},
    };
  }

  #replyWith(since: ResumePoint | undefined, o: number, replay: string | undefined): string {
    const { e } = this.#opened.position;
    if (since) gatewayMetrics(this.#parts.metrics).resumes.inc({ recovered: String(replay !== undefined) });
    const head = JSON.stringify({ c: this.number, e, o, recovered: replay !== undefined }).slice(0, -1);
    const current = this.#live?.current();
    if (replay !== undefined) {
      const members = membersOf({ ...current, ...this.#live?.since(since?.t) });
      return `${head},"events":[${replay}]${members && `,${members}`}}`;
    }
    this.#snapshot ??= membersOf({ ...this.#opened.state.snapshot(), ...this.#live?.snapshot() });
    const members = [current && membersOf(current), this.#snapshot].filter(Boolean);
    return `${head},"snap":{${members.join(',')}}}`;
  }
}

/** The members of an object as JSON, without the braces. */
function membersOf(object: object): string {
  return JSON.stringify(object).slice(1, -1);
}
