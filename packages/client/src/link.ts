import { NATIVE_SUBPROTOCOL, type ClientFrame, type ServerFrame } from '@ovation/protocol';
import { isLate, retryDelay } from './backoff.ts';
import type { Online, Timers, Transport, Wire, WireEvents } from './environment.ts';
import { decodeFrames, encodeFrames, type SyncFrame } from './frames.ts';

/**
 * Where the connection stands.
 * `connecting`: a socket is opening, or waits for its welcome. `waiting`: the next attempt comes in `retryInMs`, which
 * counts down once a second. `closed`: it does not come back by itself, because the server said so or we ended it.
 */
export type ConnectionState =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'live' }
  | { readonly kind: 'waiting'; readonly retryInMs: number }
  | { readonly kind: 'closed'; readonly code: number };

export type WelcomeFrame = Extract<ServerFrame, { k: 'welcome' }>;

/** What is spoken over a link. It goes on when one socket is lost and the next one opens. */
interface Conversation {
  /** The first frame of a new socket. */
  hello(): ClientFrame;
  /** Every frame after the welcome, and the welcome itself, in order. */
  received(frame: ServerFrame | SyncFrame): void;
  /** The answer to a ping. */
  pong(): ClientFrame;
  /** The state of the link is another one. */
  linkChanged(): void;
}

export interface LinkParts {
  url: string;
  /** in order of preference; the next one is tried when one does not get through */
  transports: readonly Transport[];
  timers: Timers;
  random: () => number;
  online: Online;
  conversation: Conversation;
}

/** A socket that has not said welcome by then is given up. */
const WELCOME_WITHIN_MS = 10_000;
/** A server that keeps dropping us right after the welcome must not reset the backoff. */
const PROVEN_AFTER_MS = 5_000;
const SILENT_PINGS = 2.5;
const CLOSE_SILENT = 4009;
const CLOSE_REFUSED = 1006;
/** With these close codes the server says: do not come back. */
const FINAL_FROM = 4100;
const FINAL_TO = 4199;
const COUNTDOWN_MS = 1_000;

/** One socket at a time, opened again after it is lost. */
export class Link {
  readonly #parts: LinkParts;
  #stopOnline = () => {};
  #state: ConnectionState = { kind: 'connecting' };
  #wire: Wire | undefined;
  /** Which socket an event belongs to: events of a socket that we gave up are ignored. */
  #generation = 0;
  /** when the connection was lost, or first tried; undefined while it is proven */
  #lostAt: number | undefined;
  #lateAttempts = 0;
  /** the transport that brought the last welcome */
  #preferred = 0;
  /** transports that did not get through since the last wait */
  #failed = 0;
  /** the transport of this attempt */
  #current = 0;
  /** the transport that was live on this network */
  #proven: number | undefined;
  /** the transport that got through when the proven one did not, while the proven one gets another chance */
  #standIn: number | undefined;
  #hasEverBeenLive = false;
  #liveSince = 0;
  #heardAt = 0;
  #comeBackAt: number | undefined;
  #isStarted = false;
  #isEnded = false;
  #cancelTimer = () => {};
  #cancelDrain = () => {};

  constructor(parts: LinkParts) {
    this.#parts = parts;
  }

  /** Opens the first socket. Only the first call does something. */
  start(): void {
    if (this.#isStarted || this.#isEnded) return;
    this.#isStarted = true;
    this.#stopOnline = this.#parts.online(() => {
      // Another network may let sockets through.
      if (this.#state.kind !== 'live') this.#prefer(0);
      if (this.#state.kind === 'waiting') this.#open();
    });
    this.#open();
  }

  state(): ConnectionState {
    return this.#state;
  }

  /** @returns false when there is no live connection; nothing is kept then */
  send(frames: readonly ClientFrame[]): boolean {
    if (this.#state.kind !== 'live' || !this.#wire) return false;
    this.#wire.send(encodeFrames(frames));
    return true;
  }

  /** Tries at once instead of waiting. Also brings a closed link back. */
  retryNow(): void {
    if (this.#isEnded || this.#state.kind === 'live' || this.#state.kind === 'connecting') return;
    this.#open();
  }

  /** Ends it for good. */
  close(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#stopOnline();
    this.#drop(1000);
    this.#become({ kind: 'closed', code: 1000 });
  }

  #become(state: ConnectionState): void {
    this.#state = state;
    this.#parts.conversation.linkChanged();
  }

  #open(): void {
    this.#cancelTimer();
    this.#become({ kind: 'connecting' });
    const generation = ++this.#generation;
    const isCurrent = () => generation === this.#generation;
    this.#cancelTimer = this.#parts.timers.after(WELCOME_WITHIN_MS, () => this.#lose(CLOSE_SILENT));
    const wire = this.#connect({
      opened: () => {
        if (isCurrent()) this.#wire?.send(encodeFrames([this.#parts.conversation.hello()]));
      },
      received: (text) => {
        for (const frame of decodeFrames(text)) if (isCurrent()) this.#receive(frame);
      },
      closed: (code) => {
        if (isCurrent()) this.#lose(code);
      },
    });
    if (wire) this.#wire = wire;
    else this.#lose(CLOSE_REFUSED);
  }

  /** A browser may lack a transport or refuse it to this page: then the transport does not get through. */
  #connect(events: WireEvents): Wire | undefined {
    const transport = this.#transport();
    try {
      return transport(this.#parts.url, NATIVE_SUBPROTOCOL, events);
    } catch {
      return undefined;
    }
  }

  #transport(): Transport {
    const { transports } = this.#parts;
    this.#current = (this.#preferred + this.#failed) % transports.length;
    const chosen = transports[this.#current];
    if (!chosen) throw new Error('A connection needs a transport');
    return chosen;
  }

  #receive(frame: ServerFrame | SyncFrame): void {
    this.#heardAt = this.#parts.timers.now();
    if (frame.k === 'welcome' && this.#isInsteadOfProven()) {
      this.#tryProvenAgain();
      return;
    }
    if (frame.k === 'welcome') this.#welcome(frame.ping);
    else if (frame.k === 'ping') this.#wire?.send(encodeFrames([this.#parts.conversation.pong()]));
    else if (frame.k === 'sys' && frame.kind === 'drain') this.#drain(frame.after);
    this.#parts.conversation.received(frame);
  }

  #welcome(pingSeconds: number): void {
    this.#cancelTimer();
    this.#liveSince = this.#heardAt;
    this.#prefer(this.#current);
    this.#proven = this.#current;
    this.#hasEverBeenLive = true;
    this.#watch(pingSeconds * 1000 * SILENT_PINGS);
    this.#become({ kind: 'live' });
  }

  #prefer(transport: number): void {
    this.#preferred = transport;
    this.#failed = 0;
    this.#proven = undefined;
    this.#standIn = undefined;
  }

  #isInsteadOfProven(): boolean {
    return this.#proven !== undefined && this.#current !== this.#proven && this.#standIn === undefined;
  }

  /** Most often the server was away when the proven transport was tried, and is back now. */
  #tryProvenAgain(): void {
    const proven = this.#proven;
    this.#drop(1000);
    this.#preferred = proven ?? 0;
    this.#failed = 0;
    this.#standIn = this.#current;
    this.#open();
  }

  /** Any frame is a sign of life; one timer looks back instead of being moved with every frame. */
  #watch(silentMs: number): void {
    const leftMs = this.#heardAt + silentMs - this.#parts.timers.now();
    if (leftMs <= 0) this.#lose(CLOSE_SILENT);
    else this.#cancelTimer = this.#parts.timers.after(leftMs, () => this.#watch(silentMs));
  }

  /** The server goes away and says when this client shall come back, so that the clients do not all come at once. */
  #drain(afterMs: number): void {
    const { timers } = this.#parts;
    this.#comeBackAt = timers.now() + Math.max(0, afterMs);
    this.#cancelDrain();
    this.#cancelDrain = timers.after(Math.max(0, afterMs), () => {
      if (this.#state.kind !== 'live') return;
      this.#drop(1000);
      this.#open();
    });
  }

  #drop(code: number): void {
    this.#generation += 1;
    this.#cancelTimer();
    this.#cancelDrain();
    this.#comeBackAt = undefined;
    const wire = this.#wire;
    this.#wire = undefined;
    wire?.close(code);
  }

  #lose(code: number): void {
    const now = this.#parts.timers.now();
    const drainMs = this.#comeBackAt === undefined ? undefined : Math.max(0, this.#comeBackAt - now);
    const wasLive = this.#state.kind === 'live';
    const wasProven = wasLive && now - this.#liveSince >= PROVEN_AFTER_MS;
    this.#drop(code === CLOSE_SILENT ? CLOSE_SILENT : 1000);
    if (code >= FINAL_FROM && code <= FINAL_TO) {
      this.#become({ kind: 'closed', code });
      return;
    }
    if (this.#standIn !== undefined) {
      // The server is there and the proven transport does not get through: this network now needs the other one.
      this.#prefer(this.#standIn);
      this.#open();
      return;
    }
    if (wasProven) this.#lostAt = undefined;
    if (!wasLive) this.#failed += 1;
    // A client that has never been live may sit behind a proxy that blocks sockets, so it tries the next transport at
    // once. Later a loss means that the server is away, and trying every transport would triple the rush on its return.
    if (!this.#hasEverBeenLive && this.#failed % this.#parts.transports.length !== 0) {
      this.#open();
      return;
    }
    this.#wait(now + this.#nextDelay(now, drainMs));
  }

  #nextDelay(now: number, drainMs: number | undefined): number {
    if (this.#lostAt === undefined) {
      this.#lostAt = now;
      this.#lateAttempts = 0;
    }
    const lostForMs = now - this.#lostAt;
    const delayMs = drainMs ?? retryDelay({ lostForMs, lateAttempts: this.#lateAttempts }, this.#parts.random);
    if (isLate(lostForMs)) this.#lateAttempts += 1;
    return delayMs;
  }

  #wait(deadline: number): void {
    const leftMs = deadline - this.#parts.timers.now();
    if (leftMs <= 0) {
      this.#open();
      return;
    }
    this.#become({ kind: 'waiting', retryInMs: leftMs });
    // Steps end on whole seconds before the deadline, so the shown number falls by one each time.
    const stepMs = leftMs % COUNTDOWN_MS || COUNTDOWN_MS;
    this.#cancelTimer = this.#parts.timers.after(stepMs, () => this.#wait(deadline));
  }
}
