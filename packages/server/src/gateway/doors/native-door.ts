import {
  channelFeed,
  CLOSE,
  emoteKey,
  FRAME_ERRORS,
  RAW_EMOTE_TEXTS,
  REACT_MAX_COUNT,
  type ClientFrame,
  type ResumePoint,
  type Revocation,
  type ServerFrame,
} from '@ovation/protocol';
import type { Identity } from '../../callers/index.ts';
import type { Reactions } from '../../modules/reactions/index.ts';
import { readEvent } from '../rooms/channel-event.ts';
import type { Connection } from '../sockets/connection.ts';
import { endingOf, Entitlement, type EntitlementParts } from './entitlement.ts';
import type { FeedReader } from '../../live-feeds/gap-filler.ts';
import { CLIENT_OPS, readFrames, type ReadFrame } from './native-frames.ts';
import type { Session } from './session.ts';
import { NOT_NOW, Subscriptions, type Refusal, type SubscriptionParts } from './subscriptions.ts';
import { textFrame } from '../sockets/text-frame.ts';
import { TokenBucket } from '../sockets/token-bucket.ts';
import { gatewayMetrics } from '../metrics.ts';

const PING_SECONDS = 25;
const PONG_MS = 10_000;
/** Whoever is behind is asked again soon whether they have caught up. */
const STALE_PING_MS = 2_000;
const HELLO_MS = 10_000;
const STRIKES_MAX = 3;
/** Frames that may wait for the welcome. */
const WAITING_MAX = 64;
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
export interface NativeDoorParts extends EntitlementParts, SubscriptionParts {
  readonly feeds: Pick<FeedReader, 'ranges'>;
  readonly reactions: Pick<Reactions, 'count'>;
  /** this gateway, as clients see it */
  readonly node: string;
}

type Op = ClientFrame['op'];

/** One connection that speaks `ovation.v1` (gateway.md 4). */
export class NativeSession implements Session {
  readonly #connection: Connection;
  readonly #parts: NativeDoorParts;
  readonly #subscriptions: Subscriptions;
  readonly #entitlement: Entitlement;
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
  #refusedAt = Number.NEGATIVE_INFINITY;

  constructor(connection: Connection, parts: NativeDoorParts) {
    const now = parts.clock.now();
    this.#connection = connection;
    this.#parts = parts;
    this.#subscriptions = new Subscriptions(connection, parts);
    this.#entitlement = new Entitlement(connection.id, parts);
    this.#openedAt = now;
    this.#heardAt = now;
    this.#pingedAt = now;
    this.#objects = new TokenBucket(OBJECTS_PER_SECOND, OBJECTS_BURST, now);
    this.#histories = new TokenBucket(HISTORIES_PER_SECOND, HISTORIES_BURST, now);
    this.#reacts = new TokenBucket(SLACK * LIMITS.reactPerSecond, SLACK * LIMITS.reactBurst, now);
  }

  get identity(): Identity {
    return this.#entitlement.identity;
  }

  revoked(kind: Revocation['kind']): void {
    const { code, reason } = endingOf(kind);
    this.#connection.close(code, reason);
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
    this.#subscriptions.leaveAll();
  }

  sweep(now: number): void {
    if (this.#stage === 'new' && now - this.#openedAt >= HELLO_MS) {
      return this.#connection.close(CLOSE.helloMissing, 'hello is missing');
    }
    const due = this.#entitlement.due(now);
    if (due === 'end') return this.#connection.close(CLOSE.tokenExpired, 'The token has expired');
    if (due) this.#say({ k: 'sys', kind: 'token-expiring', after: due.warnOf });
    const isAwaited = this.#pingedAt > this.#heardAt;
    if (isAwaited && now - this.#pingedAt >= PONG_MS) return this.#connection.close(CLOSE.noPong, 'no pong');
    if (isAwaited || now - this.#pingedAt < (this.#connection.isStale ? STALE_PING_MS : PING_SECONDS * 1000))
      return undefined;
    this.#pingedAt = now;
    return this.#say({ k: 'ping', resume: this.#entitlement.ticket(this.#subscriptions.feeds) });
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
    if (!(await this.#entitlement.refresh(token))) {
      this.#refuse({ code: FRAME_ERRORS.tokenExpired, msg: 'The token is not valid' }, id);
      return;
    }
    const { endsAt } = this.#entitlement;
    this.#say({ k: 'ok', id, ...(endsAt !== undefined && { exp: endsAt }) });
  }

  async history({ id, c, before, limit }: Extract<ClientFrame, { op: 'hist' }>): Promise<void> {
    const room = this.#subscriptions.numbered(c);
    if (!room) return this.#refuse({ code: FRAME_ERRORS.noSuchChannel, msg: 'c is not subscribed' }, id);
    if (!room.isReady) return this.#refuse(NOT_NOW, id);
    const after = this.#histories.take(1, this.#parts.clock.now());
    if (after > 0) return this.#refuse({ code: FRAME_ERRORS.tooManyRequests, msg: 'Too many questions', after }, id);
    const to = Math.min(room.position.o, (before ?? Number.POSITIVE_INFINITY) - 1);
    const from = Math.max(1, to - limit + 1);
    try {
      const entries = to < from ? [] : await this.#parts.feeds.ranges([{ feed: channelFeed(room.channel), from, to }]);
      const texts = room.tell(entries.map(({ seq, body }) => ({ seq, event: readEvent(body) })));
      // Below what retention has left there is nothing.
      const hasMore = from > 1 && entries[0]?.seq === from;
      return this.#write(`{"k":"ok","id":${id},"events":[${texts.join(',')}],"more":${hasMore}}`);
    } catch {
      return this.#refuse(NOT_NOW, id);
    }
  }

  async subscribe({ id, ch, since }: Extract<ClientFrame, { op: 'sub' }>): Promise<void> {
    const opened = await this.#subscriptions.open(ch, since, this.#entitlement.opens(ch));
    if (!this.#connection.isOpen) return;
    const reply = this.#subscriptions.enter(opened, since);
    if (typeof reply === 'string') this.#write(`{"k":"ok","id":${id},"sub":${reply}}`);
    else this.#refuse(reply, id);
  }

  unsubscribe({ id, ch }: Extract<ClientFrame, { op: 'unsub' }>): void {
    this.#subscriptions.leave(ch);
    this.#say({ k: 'ok', id });
  }

  /** The kernel hides megabytes: only the peer knows how far it has read (gateway.md 3.4). */
  pong({ pos = {} }: Extract<ClientFrame, { op: 'pong' }>): void {
    let isStale = false;
    for (const [c, seq] of Object.entries(pos)) {
      const room = this.#subscriptions.numbered(Number(c));
      isStale ||= room?.isReady === true && room.isStale(this.#connection, seq);
    }
    this.#connection.isStale = isStale;
  }

  react({ c, e, n }: Extract<ClientFrame, { op: 'react' }>): void {
    const room = this.#subscriptions.numbered(c);
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
    const ending = await this.#entitlement.enter({ token, resume });
    if (ending) return this.#connection.close(ending.code, ending.reason);
    return this.#greet(new Map(subs.map(({ ch, since }) => [ch, since])));
  }

  async #greet(feeds: ReadonlyMap<string, ResumePoint | undefined>): Promise<void> {
    const opened = await Promise.all(
      [...feeds].map(([feed, since]) => this.#subscriptions.open(feed, since, this.#entitlement.opens(feed))),
    );
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
    const subs = opened.map((one) => {
      const reply = this.#subscriptions.enter(one, feeds.get(one.feed));
      return `${JSON.stringify(one.feed)}:${typeof reply === 'string' ? reply : JSON.stringify(reply)}`;
    });
    const { endsAt } = this.#entitlement;
    const exp = endsAt === undefined ? '' : `,"exp":${endsAt}`;
    const ticket = this.#entitlement.ticket(this.#subscriptions.feeds);
    const rest = `${exp},"resume":"${ticket}","subs":{${subs.join(',')}}}`;
    this.#write(`${JSON.stringify(welcome).slice(0, -1)}${rest}`);
    this.#stage = 'open';
    const waiting = this.#waiting ?? [];
    this.#waiting = undefined;
    for (const frame of waiting) if (this.#connection.isOpen) this.#handle(frame);
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
    gatewayMetrics(this.#parts.metrics).framesSent.inc({ door: 'native' });
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
