import {
  channelOfFeed,
  CLOSE,
  FRAME_ERRORS,
  type ClientFrame,
  type ResumePoint,
  type ServerFrame,
  type SubscriptionReply,
} from '@ovation/protocol';
import type { Transport, Wire, WireEvents } from './environment.ts';
import { decodeClientFrames, type SyncFrame } from './frames.ts';
import { readServerEvents } from './server-events.ts';

/**
 * The native protocol where sockets are blocked: the same frames, carried by streams of server-sent events or by
 * polling, and reactions by POST. One subscription is one request; its number is ours, because two requests may be
 * answered by two gateways.
 */

const PING_SECONDS = 25;
/** How long one poll may wait. Ticks end no poll, so this is also how old the chart gets. */
const POLL_SECONDS = 5;
const LOST = 1006;
/** The server counts on its own; these only keep the page from sending what would be refused. */
const LIMITS = { reactPerSecond: 20, reactBurst: 40 };
const RETRY_MS = 2_000;

export interface HttpTransportOptions {
  fetch?: typeof fetch;
  /** unix ms */
  now?: () => number;
  /** unique ids of reactions, so that one that is sent twice counts once */
  newId?: () => string;
}

/** Server-sent events. */
export function streamTransport(options: HttpTransportOptions = {}): Transport {
  return (url, _subprotocol, events) => new HttpWire(url, events, options, follow);
}

/** One question after the other. */
export function pollTransport(options: HttpTransportOptions = {}): Transport {
  return (url, _subprotocol, events) => new HttpWire(url, events, options, ask);
}

interface Subscription {
  readonly feed: string;
  readonly c: number;
  readonly since: ResumePoint | undefined;
  readonly signal: AbortSignal;
  /** with the access token, where there is one */
  readonly fetch: typeof fetch;
  readonly baseUrl: string;
  /** the first answer */
  replied(reply: SubscriptionReply): void;
  say(frame: ServerFrame | SyncFrame): void;
}

/** Runs until it is aborted. @throws when the connection is lost */
type Carrier = (subscription: Subscription) => Promise<void>;

interface Carried {
  readonly c: number;
  readonly stop: AbortController;
  /** what came before its reply was said; undefined afterwards */
  held: (ServerFrame | SyncFrame)[] | undefined;
}

class HttpWire implements Wire {
  readonly #baseUrl: string;
  readonly #events: WireEvents;
  readonly #options: Required<HttpTransportOptions>;
  readonly #carry: Carrier;
  readonly #subscriptions = new Map<string, Carried>();
  #nextNumber = 1;
  #isClosed = false;
  /** access token that hello or refresh brought */
  #token: string | undefined;

  constructor(url: string, events: WireEvents, options: HttpTransportOptions, carry: Carrier) {
    this.#baseUrl = httpOf(url);
    this.#events = events;
    this.#carry = carry;
    this.#options = {
      fetch: options.fetch ?? ((input, init) => fetch(input, init)),
      now: options.now ?? Date.now,
      newId: options.newId ?? createIds(),
    };
    queueMicrotask(() => {
      if (!this.#isClosed) events.opened();
    });
  }

  send(text: string): void {
    if (this.#isClosed) return;
    const reactions: Extract<ClientFrame, { op: 'react' }>[] = [];
    for (const frame of decodeClientFrames(text)) {
      if (frame.op === 'hello') void this.#greet(frame);
      else if (frame.op === 'sub') void this.#subscribe(frame);
      else if (frame.op === 'unsub') this.#unsubscribe(frame.ch);
      else if (frame.op === 'refresh') this.#token = frame.token;
      else if (frame.op === 'react') reactions.push(frame);
    }
    if (reactions.length > 0) void this.#react(reactions);
  }

  close(code = 1000): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const { stop } of this.#subscriptions.values()) stop.abort();
    this.#subscriptions.clear();
    this.#events.closed(code);
  }

  async #greet({ subs, token }: Extract<ClientFrame, { op: 'hello' }>): Promise<void> {
    this.#token = token;
    const replies = await Promise.all(
      subs.map(async ({ ch, since }) => [ch, await this.#open(ch, since)] as [string, SubscriptionReply]),
    );
    // Without a channel to ask for, asking for anything shows whether the server is there.
    if (subs.length === 0 && !(await this.#isThere())) return this.close(LOST);
    this.#say({
      k: 'welcome',
      conn: this.#options.newId(),
      node: 'http',
      ping: PING_SECONDS,
      now: this.#options.now(),
      limits: LIMITS,
      subs: Object.fromEntries(replies),
    });
    for (const { ch } of subs) this.#release(ch);
    return undefined;
  }

  async #subscribe({ id, ch, since }: Extract<ClientFrame, { op: 'sub' }>): Promise<void> {
    const reply = await this.#open(ch, since);
    if ('code' in reply) this.#say({ k: 'err', id, ...reply });
    else this.#say({ k: 'ok', id, sub: reply });
    this.#release(ch);
  }

  /** The reply is said: what came after it may follow. */
  #release(ch: string): void {
    const carried = this.#subscriptions.get(ch);
    const held = carried?.held ?? [];
    if (carried) carried.held = undefined;
    for (const frame of held) this.#say(frame);
  }

  #unsubscribe(ch: string): void {
    this.#subscriptions.get(ch)?.stop.abort();
    this.#subscriptions.delete(ch);
  }

  /** Resolves with the first answer; what comes later is said. */
  async #open(ch: string, since: ResumePoint | undefined): Promise<SubscriptionReply> {
    this.#unsubscribe(ch);
    const stop = new AbortController();
    const c = this.#nextNumber++;
    const subscription: Carried = { c, stop, held: [] };
    this.#subscriptions.set(ch, subscription);
    const { promise, resolve } = Promise.withResolvers<SubscriptionReply>();
    const carried = this.#carry({
      feed: ch,
      c,
      since,
      signal: stop.signal,
      fetch: (input, init) => this.#ask(input, init),
      baseUrl: this.#baseUrl,
      replied: (reply) => resolve('code' in reply ? reply : { ...reply, c }),
      say: (frame) => {
        if (subscription.held) subscription.held.push(frame);
        else if (!stop.signal.aborted) this.#say(frame);
      },
    });
    void carried.catch((error: unknown) => {
      if (!stop.signal.aborted) this.close(error instanceof TokenRefused ? CLOSE.badToken : LOST);
    });
    return promise;
  }

  async #react(frames: readonly Extract<ClientFrame, { op: 'react' }>[]): Promise<void> {
    const occurredAt = new Date(this.#options.now()).toISOString();
    const byChannel = Map.groupBy(frames, ({ c }) => this.#feedOf(c));
    for (const [ch, taps] of byChannel) {
      const channel = ch === undefined ? undefined : channelOfFeed(ch);
      if (channel === undefined) continue;
      const reactions = taps.flatMap(({ e, n }) =>
        Array.from({ length: n }, () => ({ id: this.#options.newId(), emote: e, occurredAt })),
      );
      // What cannot be sent is lost, as it is on a socket that breaks.
      await this.#ask(`${this.#baseUrl}/api/v1/channels/${encodeURIComponent(channel)}/reactions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ reactions }),
      }).catch(() => undefined);
    }
  }

  /** @throws TokenRefused when the server says that the token is not valid */
  async #ask(input: Parameters<typeof fetch>[0], init: RequestInit = {}): Promise<Response> {
    const token = this.#token;
    if (token === undefined) return this.#options.fetch(input, init);
    const headers = { ...(init.headers as Record<string, string>), authorization: `Bearer ${token}` };
    const response = await this.#options.fetch(input, { ...init, headers });
    if (response.status === 401 || response.status === 403) throw new TokenRefused();
    return response;
  }

  #feedOf(c: number): string | undefined {
    for (const [ch, subscription] of this.#subscriptions) if (subscription.c === c) return ch;
    return undefined;
  }

  async #isThere(): Promise<boolean> {
    const answer = await this.#options.fetch(`${this.#baseUrl}/live`).catch(() => undefined);
    return answer?.ok === true;
  }

  #say(frame: ServerFrame | SyncFrame): void {
    if (!this.#isClosed) this.#events.received(JSON.stringify(frame));
  }
}

/** The server takes the access token no more: who comes back with it gets the same answer. */
class TokenRefused extends Error {}

async function follow({ feed, c, since, signal, fetch: get, baseUrl, replied, say }: Subscription): Promise<void> {
  const query = new URLSearchParams({ ...namedBy(feed), ...positionOf(since) });
  const response = await get(`${baseUrl}/sse?${query}`, { signal, headers: { accept: 'text/event-stream' } });
  const refusal = await refusalOf(response);
  if (refusal) return replied(refusal);
  for await (const { event, data } of readServerEvents(response)) {
    // The address and the event's name decide the shape.
    if (event === 'sub') replied(JSON.parse(data) as SubscriptionReply);
    else if (event === 'comment') say({ k: 'ping' });
    else if (event === 'sys') say(JSON.parse(data) as ServerFrame);
    else say({ ...(JSON.parse(data) as Extract<ServerFrame, { c: number }>), c });
  }
  throw new Error('The stream ended');
}

async function ask(subscription: Subscription): Promise<void> {
  const { feed, c, signal, fetch: get, baseUrl, replied, say } = subscription;
  const channel = channelOfFeed(feed);
  const path = channel === undefined ? `feeds/${encodeURIComponent(feed)}` : `channels/${encodeURIComponent(channel)}`;
  let { since } = subscription;
  let isFirst = true;
  while (!signal.aborted) {
    const query = new URLSearchParams({ ...positionOf(since), timeout: String(isFirst ? 0 : POLL_SECONDS) });
    const response = await get(`${baseUrl}/api/v1/${path}/events?${query}`, { signal });
    const refusal = await refusalOf(response);
    if (refusal) {
      if (isFirst) return replied(refusal);
      throw new Error(refusal.msg);
    }
    // The address decides the shape.
    const { now, sub } = (await response.json()) as { now: number; sub: Exclude<SubscriptionReply, { code: number }> };
    if (isFirst) replied(sub);
    else say({ k: 'sync', c, sub: { ...sub, c } });
    isFirst = false;
    since = { e: sub.e, o: sub.o, t: now };
  }
  return undefined;
}

/** A channel has an address of its own. */
function namedBy(feed: string): Record<string, string> {
  const channel = channelOfFeed(feed);
  return channel === undefined ? { feed } : { channel };
}

/** @throws when the answer is not the server's: something between does not let this through */
async function refusalOf(response: Response): Promise<{ code: number; msg: string; after?: number } | undefined> {
  if (response.ok) return undefined;
  if (response.status === 404) return { code: FRAME_ERRORS.noSuchChannel, msg: 'There is no channel of this name' };
  if (response.status === 403 && (await isOfOvation(response))) {
    return { code: FRAME_ERRORS.forbidden, msg: 'Insufficient permissions' };
  }
  if (response.status === 429 || response.status === 503) {
    const seconds = Number(response.headers.get('retry-after'));
    return { code: FRAME_ERRORS.unavailable, msg: 'Not now', after: seconds > 0 ? seconds * 1000 : RETRY_MS };
  }
  throw new Error(`The server answers ${response.status}`);
}

/** Proxies refuse with 403 as well, but not in the words of the API. */
async function isOfOvation(response: Response): Promise<boolean> {
  const body: unknown = await response.json().catch(() => undefined);
  return typeof body === 'object' && body !== null && 'error' in body;
}

function positionOf(since: ResumePoint | undefined): Record<string, string> {
  if (!since) return {};
  return { since: `${since.e}:${since.o}`, ...(since.t !== undefined && { t: String(Math.floor(since.t)) }) };
}

/** `crypto.randomUUID` is there in secure contexts only, and pages of a local network are none. */
function createIds(): () => string {
  const start = Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(36)).join('');
  let last = 0;
  return () => `${start}-${(last += 1)}`;
}

/** `wss://host/path/ws` → `https://host/path` */
function httpOf(url: string): string {
  const { protocol, host, pathname } = new URL('.', url);
  return `${protocol === 'wss:' || protocol === 'https:' ? 'https' : 'http'}://${host}${pathname.replace(/\/$/, '')}`;
}
