import {
  CLOSE,
  type ClientFrame,
  ERRORS,
  FRAME_ERRORS,
  type ResumePoint,
  type Revocation,
  type ServerFrame,
} from '@ovation/protocol';
import type { Caller, Identity } from '../../callers/index.ts';
import { Problem } from '../../problem.ts';
import { gatewayMetrics } from '../metrics.ts';
import type { Connection } from '../sockets/connection.ts';
import { textFrame } from '../sockets/text-frame.ts';
import { TokenBucket } from '../sockets/token-bucket.ts';
import type { DoorParts } from './door-parts.ts';
import { endingOf, type Entitlement } from './entitlement.ts';
import type { BoundNativeFrame, CoreFrame, FrameSession, ReadFrame } from './frame.ts';
import { NOT_NOW, type Refusal, refusalOf } from './refusal.ts';
import type { Session } from './session.ts';
import { Subscriptions } from './subscriptions.ts';

const PING_SECONDS = 25;
const PONG_MS = 10_000;
/** A client that is behind is asked again soon whether it has caught up. */
const STALE_PING_MS = 2_000;
const HELLO_MS = 10_000;
const STRIKES_MAX = 3;
/** Frames that may wait for the welcome. */
const WAITING_MAX = 64;
/** Refusals are said at most this often: a client that is too fast need not hear it for every frame. */
const REFUSAL_MS = 250;

/** The client counts by the limits that the welcome states; ours are half as wide again: the network bunches frames. */
const SLACK = 1.5;
/** Objects of any kind. Beyond it the peer is not our client, and it is closed. */
const OBJECTS_PER_SECOND = 60;
const OBJECTS_BURST = 240;
/** An object counts once more for each of these in its frame: a long one takes as long to read as many short ones. */
const BYTES_OF_ONE = 1_024;
const HISTORIES_PER_SECOND = 2;
const HISTORIES_BURST = 4;

type Said = Extract<ReadFrame, { ok: true }>;

/** One connection that speaks `ovation.v1` (gateway.md 4). */
export class NativeSession implements Session, FrameSession {
  readonly #connection: Connection;
  readonly #parts: DoorParts;
  readonly #subscriptions: Subscriptions;
  readonly #entitlement: Entitlement;
  readonly #openedAt: number;
  readonly #objects: TokenBucket;
  /** of the frames that have a limit of their own, made with the first of each */
  readonly #buckets = new Map<string, TokenBucket>();
  /** frames that came between hello and welcome; undefined before and after */
  #waiting: Said[] | undefined;
  #stage: 'new' | 'greeting' | 'open' = 'new';
  #strikes = 0;
  #heardAt: number;
  #pingedAt: number;
  #refusedAt = Number.NEGATIVE_INFINITY;

  constructor(connection: Connection, parts: DoorParts, stranger: Caller) {
    const now = parts.clock.now();
    this.#connection = connection;
    this.#parts = parts;
    this.#subscriptions = new Subscriptions(connection, parts.hub);
    this.#entitlement = parts.entrance.entitle(connection.id, stranger);
    this.#openedAt = now;
    this.#heardAt = now;
    this.#pingedAt = now;
    this.#objects = new TokenBucket(OBJECTS_PER_SECOND, OBJECTS_BURST, now);
  }

  get identity(): Identity {
    return this.#entitlement.caller.identity;
  }

  get caller(): Caller {
    return this.#entitlement.caller;
  }

  get connection(): string {
    return this.#connection.id;
  }

  followed(c: number): { readonly prefix: string; readonly name: string } | undefined {
    return this.#subscriptions.numbered(c)?.named;
  }

  refuse(refusal: Refusal): void {
    const now = this.#parts.clock.now();
    if (now - this.#refusedAt < REFUSAL_MS) return;
    this.#refusedAt = now;
    this.#refuse(refusal, undefined);
  }

  revoked(kind: Revocation['kind']): void {
    const { code, reason } = endingOf(kind);
    this.#connection.close(code, reason);
  }

  receive(data: Buffer): void {
    this.#heardAt = this.#parts.clock.now();
    if (!this.#counts(Math.floor(data.length / BYTES_OF_ONE))) return;
    for (const read of this.#parts.frames.read(data)) {
      if (!this.#connection.isOpen || !this.#counts(1)) return;
      if (read.ok) this.#take(read);
      else this.#strike(read);
    }
  }

  /** Whether the peer may say so much more now; closes when it may not. */
  #counts(objects: number): boolean {
    if (this.#objects.take(objects, this.#heardAt) === 0) return true;
    this.#connection.close(CLOSE.flooding, 'Too many frames');
    return false;
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

  #take(read: Said): void {
    if (this.#waiting) {
      if (this.#waiting.length < WAITING_MAX) this.#waiting.push(read);
      else this.#connection.close(CLOSE.flooding, 'Too many frames before the welcome');
      return;
    }
    const isHello = read.frame === undefined && read.said.op === 'hello';
    if (this.#stage !== 'new' || isHello) return this.#handle(read);
    this.#strike({ ok: false, id: idOf(read.said), code: FRAME_ERRORS.notAuthenticated, msg: 'Say hello first' });
  }

  #handle(read: Said): void {
    if (read.frame) return this.#handleOf(read.frame, read.said);
    // The table is typed per op, and `op` picks the entry of its own type.
    const handler = HANDLERS[read.said.op] as (session: NativeSession, frame: CoreFrame) => void;
    return handler(this, read.said);
  }

  /** A frame of a module: its limit, its permission, its handler. */
  #handleOf(frame: BoundNativeFrame, said: object): void {
    const after = this.#wait(frame, said);
    if (after > 0)
      return this.#answer(said, { code: FRAME_ERRORS.tooManyRequests, msg: frame.limit?.text ?? '', after });
    try {
      // A frame that comes in a stream is handled at once, without a promise.
      const answer = frame.permission ? this.#ifPermitted(frame, said) : frame.handler(undefined)(said, this);
      if (answer instanceof Promise) void this.#reply(frame, said, answer);
      else this.#done(said, answer);
    } catch (error) {
      this.#failed(frame, said, error);
    }
    return undefined;
  }

  async #ifPermitted({ handler, permission }: BoundNativeFrame, said: object): Promise<unknown> {
    const isPermitted =
      !permission || (await this.#parts.entrance.permits(this.caller, permission.name, permission.channel(said, this)));
    if (!isPermitted) throw new Problem(ERRORS.forbidden);
    return handler(undefined)(said, this);
  }

  async #reply(frame: BoundNativeFrame, said: object, answer: Promise<unknown>): Promise<void> {
    try {
      this.#done(said, await answer);
    } catch (error) {
      this.#failed(frame, said, error);
    }
  }

  #done(said: object, answer: unknown): void {
    const id = idOf(said);
    if (id !== undefined) this.#write(JSON.stringify({ k: 'ok', id, ...(answer as object | undefined) }));
  }

  #failed({ op }: BoundNativeFrame, said: object, error: unknown): void {
    const isRefused = error instanceof Problem;
    const refusal = isRefused ? refusalOf(error.spec, error.message) : refusalOf(this.#parts.hub.failed(op, error));
    this.#answer(said, refusal);
  }

  /** ms until the limit of the frame lets it through; 0 when it does. */
  #wait({ limit, op }: BoundNativeFrame, said: object): number {
    if (!limit) return 0;
    return this.#bucket(op, SLACK * limit.perSecond, SLACK * limit.burst).take(
      limit.cost?.(said) ?? 1,
      this.#parts.clock.now(),
    );
  }

  #bucket(op: string, perSecond: number, burst: number): TokenBucket {
    const known = this.#buckets.get(op);
    if (known) return known;
    const bucket = new TokenBucket(perSecond, burst, this.#parts.clock.now());
    this.#buckets.set(op, bucket);
    return bucket;
  }

  /** A frame with an id hears each refusal; one that may come in a stream hears few. */
  #answer(said: object, refusal: Refusal): void {
    const id = idOf(said);
    if (id === undefined) this.refuse(refusal);
    else this.#refuse(refusal, id);
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
    const after = this.#bucket('hist', HISTORIES_PER_SECOND, HISTORIES_BURST).take(1, this.#parts.clock.now());
    if (after > 0) return this.#refuse({ code: FRAME_ERRORS.tooManyRequests, msg: 'Too many questions', after }, id);
    try {
      const read = () => room.history(before ?? Number.POSITIVE_INFINITY, limit);
      const { texts, hasMore } = await this.#parts.hub.inTurn(this.caller.network, read);
      return this.#write(`{"k":"ok","id":${id},"events":[${texts.join(',')}],"more":${hasMore}}`);
    } catch {
      return this.#refuse(NOT_NOW, id);
    }
  }

  async subscribe({ id, ch, since }: Extract<ClientFrame, { op: 'sub' }>): Promise<void> {
    const opened = await this.#open(ch, since);
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

  #open(feed: string, since: ResumePoint | undefined) {
    const { caller } = this.#entitlement;
    return this.#subscriptions.open(feed, since, { caller, isKnown: this.#entitlement.opens(feed) });
  }

  async #letIn({ subs, token, resume }: Extract<ClientFrame, { op: 'hello' }>): Promise<void> {
    const ending = await this.#entitlement.enter({ token, resume });
    if (ending) return this.#connection.close(ending.code, ending.reason);
    return this.#greet(new Map(subs.map(({ ch, since }) => [ch, since])));
  }

  async #greet(feeds: ReadonlyMap<string, ResumePoint | undefined>): Promise<void> {
    const opened = await Promise.all([...feeds].map(([feed, since]) => this.#open(feed, since)));
    if (!this.#connection.isOpen) return;
    const { clock, frames, node } = this.#parts;
    const welcome = {
      k: 'welcome',
      conn: this.#connection.id,
      node,
      ping: PING_SECONDS,
      now: clock.now(),
      limits: frames.limits,
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

/** What the gateway itself understands; the frames of modules are in the frame table. */
const HANDLERS: {
  readonly [O in CoreFrame['op']]: (session: NativeSession, frame: Extract<CoreFrame, { op: O }>) => void;
} = {
  hello: (session, frame) => session.hello(frame),
  sub: (session, frame) => void session.subscribe(frame),
  unsub: (session, frame) => session.unsubscribe(frame),
  refresh: (session, frame) => void session.refresh(frame),
  hist: (session, frame) => void session.history(frame),
  pong: (session, frame) => session.pong(frame),
};

function idOf(said: object): number | undefined {
  return 'id' in said && typeof said.id === 'number' ? said.id : undefined;
}
