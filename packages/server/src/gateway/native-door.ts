import {
  channelFeed,
  channelOfFeed,
  CLOSE,
  emoteKey,
  FRAME_ERRORS,
  RAW_EMOTE_TEXTS,
  REACT_MAX_COUNT,
  type ClientFrame,
  type ResumePoint,
  type ServerFrame,
} from '@ovation/protocol';
import { decodeJwt } from 'jose';
import type { Access } from '../modules/access/index.ts';
import type { Reactions } from '../modules/reactions/index.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../telemetry/log.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { eventText, readEvent } from './channel-event.ts';
import type { ChannelReader } from './channel-watch.ts';
import type { Connection } from './connection.ts';
import type { FeedReader } from './gap-filler.ts';
import type { Hub } from './hub.ts';
import { CLIENT_OPS, readFrames, type ReadFrame } from './native-frames.ts';
import type { Room } from './room.ts';
import type { Session } from './session.ts';
import { textFrame } from './text-frame.ts';
import type { Tickets } from './tickets.ts';
import { TokenBucket } from './token-bucket.ts';

const PING_SECONDS = 25;
const PONG_MS = 10_000;
/** Whoever is behind is asked again soon whether they have caught up. */
const STALE_PING_MS = 2_000;
const HELLO_MS = 10_000;
const SUBSCRIPTIONS_MAX = 32;
const STRIKES_MAX = 3;
/** Frames that may wait for the welcome. */
const WAITING_MAX = 64;
const RETRY_AFTER_MS = 2_000;
/** Refusals are said at most this often: whoever is too fast need not hear it for every frame. */
const REFUSAL_MS = 250;

/**
 * Holding an emote streams ten or so a second, merged into four frames. The client counts by the stated limits; ours
 * are half as wide again, because the network bunches what was sent in time.
 */
const LIMITS = { reactPerSecond: 20, reactBurst: 2 * REACT_MAX_COUNT };
const SLACK = 1.5;
/** Objects of any kind. Beyond it the peer is not our client, and it is closed. */
const OBJECTS_PER_SECOND = 60;
const OBJECTS_BURST = 240;
const HISTORIES_PER_SECOND = 2;
const HISTORIES_BURST = 4;
/** How long before its end a token is asked for again. */
const WARN_MS = 30_000;

const NOT_NOW = { code: FRAME_ERRORS.unavailable, msg: 'Not now', after: RETRY_AFTER_MS };

export interface NativeDoorParts {
  readonly hub: Hub;
  readonly channels: Pick<ChannelReader, 'find'>;
  readonly feeds: Pick<FeedReader, 'ranges'>;
  readonly reactions: Pick<Reactions, 'count'>;
  readonly access: Pick<Access, 'verify'>;
  readonly tickets: Tickets;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  /** this gateway, as clients see it */
  readonly node: string;
}

type Op = ClientFrame['op'];
type Refusal = { code: number; msg: string; after?: number };
type Entered = { feed: string; room: Room } | { feed: string; refusal: Refusal };

/** One connection that speaks `ovation.v1` (gateway.md 4). */
export class NativeSession implements Session {
  readonly #connection: Connection;
  readonly #parts: NativeDoorParts;
  /** by feed, as the client names it */
  readonly #subscribed = new Map<string, Room>();
  #opening = 0;
  readonly #openedAt: number;
  readonly #objects: TokenBucket;
  readonly #reacts: TokenBucket;
  /** frames that came between hello and welcome; undefined before and after */
  #waiting: ClientFrame[] | undefined;
  #stage: 'new' | 'greeting' | 'open' = 'new';
  #strikes = 0;
  #heardAt: number;
  #pingedAt: number;
  readonly #histories: TokenBucket;
  /** feeds that a ticket has opened */
  #known: readonly string[] = [];
  /** end of the access token, ms */
  #tokenEndsAt: number | undefined;
  #isWarned = false;
  #refusedAt = Number.NEGATIVE_INFINITY;

  constructor(connection: Connection, parts: NativeDoorParts) {
    const now = parts.clock.now();
    this.#connection = connection;
    this.#parts = parts;
    this.#openedAt = now;
    this.#heardAt = now;
    this.#pingedAt = now;
    this.#objects = new TokenBucket(OBJECTS_PER_SECOND, OBJECTS_BURST, now);
    this.#histories = new TokenBucket(HISTORIES_PER_SECOND, HISTORIES_BURST, now);
    this.#reacts = new TokenBucket(SLACK * LIMITS.reactPerSecond, SLACK * LIMITS.reactBurst, now);
  }

  receive(data: Buffer): void {
    this.#heardAt = this.#parts.clock.now();
    for (const read of readFrames(data)) {
      if (!this.#connection.isOpen) return;
      if (this.#objects.take(1, this.#heardAt) > 0) {
        this.#connection.close(CLOSE.flooding, 'Too many frames');
      } else if (read.ok) this.#take(read.frame);
      else this.#strike(read);
    }
  }

  ponged(): void {
    this.#heardAt = this.#parts.clock.now();
  }

  closed(): void {
    for (const room of this.#subscribed.values()) room.leave(this.#connection);
    this.#subscribed.clear();
  }

  sweep(now: number): void {
    if (this.#stage === 'new' && now - this.#openedAt >= HELLO_MS) {
      this.#connection.close(CLOSE.helloMissing, 'hello is missing');
      return;
    }
    if (this.#tokenEndsAt !== undefined && !this.#checkToken(this.#tokenEndsAt - now)) return;
    const isAwaited = this.#pingedAt > this.#heardAt;
    if (isAwaited && now - this.#pingedAt >= PONG_MS) this.#connection.close(CLOSE.noPong, 'no pong');
    else if (!isAwaited && now - this.#pingedAt >= (this.#connection.isStale ? STALE_PING_MS : PING_SECONDS * 1000)) {
      this.#pingedAt = now;
      this.#say({ k: 'ping', resume: this.#ticket() });
    }
  }

  drain(afterMs: number): void {
    this.#say({ k: 'sys', kind: 'drain', after: afterMs });
  }

  end(): void {
    this.#connection.close(CLOSE.restart, 'The server restarts');
  }

  #take(frame: ClientFrame): void {
    if (this.#waiting) {
      if (this.#waiting.length < WAITING_MAX) this.#waiting.push(frame);
      else this.#connection.close(CLOSE.flooding, 'Too many frames before the welcome');
      return;
    }
    if (this.#stage === 'new' && frame.op !== 'hello') {
      this.#strike({
        ok: false,
        id: 'id' in frame ? frame.id : undefined,
        code: FRAME_ERRORS.notAuthenticated,
        msg: 'Say hello first',
      });
      return;
    }
    this.#handle(frame);
  }

  #handle(frame: ClientFrame): void {
    // The table is typed per op, and `frame.op` picks the entry of its own type.
    const handler = HANDLERS[frame.op] as (session: NativeSession, frame: ClientFrame) => void;
    handler(this, frame);
  }

  /** Not a private method: the table below reaches it. */
  hello(frame: Extract<ClientFrame, { op: 'hello' }>): void {
    if (this.#stage !== 'new') {
      this.#strike({ ok: false, id: undefined, code: FRAME_ERRORS.badRequest, msg: 'hello comes once' });
      return;
    }
    this.#stage = 'greeting';
    this.#waiting = [];
    void this.#letIn(frame);
  }

  async refresh({ id, token }: Extract<ClientFrame, { op: 'refresh' }>): Promise<void> {
    if (!(await this.#parts.access.verify(token))) {
      this.#refuse({ code: FRAME_ERRORS.tokenExpired, msg: 'The token is not valid' }, id);
      return;
    }
    this.#tokenEndsAt = endOf(token);
    this.#isWarned = false;
    this.#say({ k: 'ok', id, ...(this.#tokenEndsAt !== undefined && { exp: this.#tokenEndsAt }) });
  }

  async history({ id, c, before, limit }: Extract<ClientFrame, { op: 'hist' }>): Promise<void> {
    const room = this.#numbered(c);
    if (!room) return this.#refuse({ code: FRAME_ERRORS.noSuchChannel, msg: 'c is not subscribed' }, id);
    const after = this.#histories.take(1, this.#parts.clock.now());
    if (after > 0) return this.#refuse({ code: FRAME_ERRORS.tooManyRequests, msg: 'Too many questions', after }, id);
    const to = Math.min(room.position.o, (before ?? Number.POSITIVE_INFINITY) - 1);
    const from = Math.max(1, to - limit + 1);
    try {
      const entries = to < from ? [] : await this.#parts.feeds.ranges([{ feed: channelFeed(room.channel), from, to }]);
      const at = this.#parts.clock.now();
      const texts = entries.map(({ seq, body }) => eventText(c, at, { seq, event: readEvent(body) }));
      return this.#write(`{"k":"ok","id":${id},"events":[${texts.join(',')}],"more":${from > 1}}`);
    } catch {
      return this.#refuse(NOT_NOW, id);
    }
  }

  async subscribe({ id, ch, since }: Extract<ClientFrame, { op: 'sub' }>): Promise<void> {
    const entered = await this.#open(ch, since);
    if (!this.#connection.isOpen) return;
    const reply = 'room' in entered ? this.#enter(entered, since) : entered.refusal;
    if (typeof reply === 'string') this.#write(`{"k":"ok","id":${id},"sub":${reply}}`);
    else this.#refuse(reply, id);
  }

  unsubscribe({ id, ch }: Extract<ClientFrame, { op: 'unsub' }>): void {
    const room = this.#subscribed.get(ch);
    if (room) {
      room.leave(this.#connection);
      this.#subscribed.delete(ch);
    }
    this.#say({ k: 'ok', id });
  }

  /** The kernel hides megabytes: only the peer knows how far it has read (gateway.md 3.4). */
  pong({ pos = {} }: Extract<ClientFrame, { op: 'pong' }>): void {
    let isStale = false;
    for (const [c, seq] of Object.entries(pos)) {
      const room = this.#numbered(Number(c));
      isStale ||= room?.isReady === true && room.isStale(this.#connection, seq);
    }
    this.#connection.isStale = isStale;
  }

  react({ c, e, n }: Extract<ClientFrame, { op: 'react' }>): void {
    const room = this.#numbered(c);
    const key = emoteKey(e);
    if (!room) return this.#refuseSometimes({ code: FRAME_ERRORS.noSuchChannel, msg: 'c is not subscribed' });
    if (!key) return this.#refuseSometimes({ code: FRAME_ERRORS.badRequest, msg: RAW_EMOTE_TEXTS.emoteInvalid });
    const after = this.#reacts.take(n, this.#parts.clock.now());
    if (after > 0) {
      return this.#refuseSometimes({ code: FRAME_ERRORS.tooManyRequests, msg: 'Too many reactions', after });
    }
    return this.#parts.reactions.count({ channel: room.channel, key, n, reactor: this.#connection.id });
  }

  async #letIn({ subs, token, resume }: Extract<ClientFrame, { op: 'hello' }>): Promise<void> {
    const ticket = resume === undefined ? undefined : this.#parts.tickets.read(resume);
    this.#known = ticket?.feeds ?? [];
    this.#tokenEndsAt = ticket?.exp ?? undefined;
    if (token !== undefined && !ticket) {
      if (!(await this.#parts.access.verify(token))) {
        return this.#connection.close(CLOSE.badToken, 'The token is not valid');
      }
      this.#tokenEndsAt = endOf(token);
    }
    return this.#greet(new Map(subs.map(({ ch, since }) => [ch, since])));
  }

  /** False when the token is over. */
  #checkToken(leftMs: number): boolean {
    if (leftMs <= 0) {
      this.#connection.close(CLOSE.tokenExpired, 'The token has expired');
      return false;
    }
    if (leftMs <= WARN_MS && !this.#isWarned) {
      this.#isWarned = true;
      this.#say({ k: 'sys', kind: 'token-expiring', after: leftMs });
    }
    return true;
  }

  #ticket(): string {
    return this.#parts.tickets.issue({ feeds: [...this.#subscribed.keys()], exp: this.#tokenEndsAt ?? null });
  }

  async #greet(feeds: ReadonlyMap<string, ResumePoint | undefined>): Promise<void> {
    const entered = await Promise.all([...feeds].map(([feed, since]) => this.#open(feed, since)));
    if (!this.#connection.isOpen) return;
    const { clock, node } = this.#parts;
    const welcome = {
      k: 'welcome',
      conn: this.#connection.id,
      node,
      ping: PING_SECONDS,
      now: clock.now(),
      limits: LIMITS,
    };
    // Joining and saying so happen in one turn: nothing is delivered in between, and nothing twice.
    const subs = entered.map((one) => {
      const reply = 'room' in one ? this.#enter(one, feeds.get(one.feed)) : one.refusal;
      return `${JSON.stringify(one.feed)}:${typeof reply === 'string' ? reply : JSON.stringify(reply)}`;
    });
    const exp = this.#tokenEndsAt === undefined ? '' : `,"exp":${this.#tokenEndsAt}`;
    const rest = `${exp},"resume":"${this.#ticket()}","subs":{${subs.join(',')}}}`;
    this.#write(`${JSON.stringify(welcome).slice(0, -1)}${rest}`);
    this.#stage = 'open';
    const waiting = this.#waiting ?? [];
    this.#waiting = undefined;
    for (const frame of waiting) if (this.#connection.isOpen) this.#handle(frame);
  }

  async #open(feed: string, since: ResumePoint | undefined): Promise<Entered> {
    const channel = channelOfFeed(feed);
    if (this.#subscribed.size + this.#opening >= SUBSCRIPTIONS_MAX && !this.#subscribed.has(feed)) {
      const msg = `A connection may watch ${SUBSCRIPTIONS_MAX} channels`;
      return { feed, refusal: { code: FRAME_ERRORS.channelLimit, msg } };
    }
    this.#opening += 1;
    try {
      const isKnown =
        channel !== undefined && (this.#known.includes(feed) || (await this.#parts.channels.find(channel)));
      if (!isKnown) {
        return { feed, refusal: { code: FRAME_ERRORS.noSuchChannel, msg: 'There is no channel of this name' } };
      }
      return { feed, room: await this.#parts.hub.open(channel, since) };
    } catch (error) {
      this.#parts.metrics.errors.inc({ part: 'gateway' });
      this.#parts.log.warn({ err: error, channel }, 'a channel cannot be opened');
      return { feed, refusal: NOT_NOW };
    } finally {
      this.#opening -= 1;
    }
  }

  /** Joins the room and answers the reply in one turn; a client that lost count may ask for it again. */
  #enter({ feed, room }: { feed: string; room: Room }, since: ResumePoint | undefined): string | Refusal {
    // It may have met a gap while the other channels of a hello were opened.
    if (!room.isReady) return NOT_NOW;
    room.join(this.#connection);
    this.#subscribed.set(feed, room);
    return room.reply(since);
  }

  /** Most connections watch one channel, so there is no second map. */
  #numbered(c: number): Room | undefined {
    for (const room of this.#subscribed.values()) if (room.number === c) return room;
    return undefined;
  }

  #strike({ code, msg, id }: Extract<ReadFrame, { ok: false }>): void {
    this.#refuse({ code, msg }, id);
    // A newer client may say what we do not know yet; that is no attack.
    if (code !== FRAME_ERRORS.unknownOp) this.#strikes += 1;
    if (this.#strikes >= STRIKES_MAX) this.#connection.close(CLOSE.protocolError, 'Too many malformed frames');
  }

  #refuseSometimes(refusal: Refusal): void {
    const now = this.#parts.clock.now();
    if (now - this.#refusedAt < REFUSAL_MS) return;
    this.#refusedAt = now;
    this.#refuse(refusal, undefined);
  }

  #refuse({ code, msg, after }: Refusal, id: number | undefined): void {
    const isTemporary = code >= FRAME_ERRORS.internal;
    this.#say({
      k: 'err',
      ...(id !== undefined && { id }),
      code,
      msg,
      ...(isTemporary && { retry: true }),
      ...(after !== undefined && { after }),
    });
  }

  #say(frame: ServerFrame): void {
    this.#write(JSON.stringify(frame));
  }

  #write(text: string): void {
    this.#connection.write(textFrame(text));
    this.#parts.metrics.framesSent.inc({ door: 'native' });
  }
}

const HANDLERS: { readonly [O in Op]: (session: NativeSession, frame: Extract<ClientFrame, { op: O }>) => void } = {
  hello: (session, frame) => session.hello(frame),
  sub: (session, frame) => void session.subscribe(frame),
  unsub: (session, frame) => session.unsubscribe(frame),
  react: (session, frame) => session.react(frame),
  refresh: (session, frame) => void session.refresh(frame),
  hist: (session, frame) => void session.history(frame),
  pong: (session, frame) => session.pong(frame),
};

/** What may be said at this door: the fuzz test has a generator for each. */
export const NATIVE_FRAMES: readonly string[] = [...new Set([...Object.keys(HANDLERS), ...CLIENT_OPS])];

/** End of a token that has been checked, ms; undefined when it has none. */
function endOf(token: string): number | undefined {
  const { exp } = decodeJwt(token);
  return exp === undefined ? undefined : exp * 1000;
}
