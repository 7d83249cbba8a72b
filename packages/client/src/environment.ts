/**
 * Everything that the SDK needs from outside: sockets, time, randomness, "the network is back". All of it can be
 * passed in, so tests run on a manual clock and a fake wire.
 */

/** One open (or opening) socket. */
export interface Wire {
  send(text: string): void;
  close(code?: number): void;
}

export interface WireEvents {
  opened(): void;
  received(text: string): void;
  /** Called exactly once, also when the socket never opened. */
  closed(code: number): void;
}

/** Opens a socket. Must not call an event before it has returned. */
export type Transport = (url: string, subprotocol: string, events: WireEvents) => Wire;

export interface Timers {
  /** monotonic milliseconds */
  now(): number;
  /** @returns a function that cancels */
  after(ms: number, run: () => void): () => void;
  /** Runs once, before the next paint where there is one. Listeners are notified here, so at most once a frame. */
  frame(run: () => void): void;
}

/** Calls `run` whenever the device says that the network is back; returns a function that stops this. */
export type Online = (run: () => void) => () => void;

export const webSocketTransport: Transport = (url, subprotocol, events) => {
  const socket = new WebSocket(url, subprotocol);
  let isClosed = false;
  const closed = (code: number) => {
    if (isClosed) return;
    isClosed = true;
    events.closed(code);
  };
  socket.addEventListener('open', () => events.opened());
  socket.addEventListener('message', (event: { readonly data: unknown }) => {
    if (!isClosed && typeof event.data === 'string') events.received(event.data);
  });
  socket.addEventListener('close', (event) => closed(event.code));
  return {
    send: (text) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(text);
    },
    close: (code = 1000) => {
      socket.close(code);
      // A dead network keeps the closing handshake waiting for a minute; nobody here needs its end.
      closed(code);
    },
  };
};

export const systemTimers: Timers = {
  now: () => performance.now(),
  after: (ms, run) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
  frame: (run) => {
    // Node has none.
    const onPaint: unknown = Reflect.get(globalThis, 'requestAnimationFrame');
    if (typeof onPaint === 'function') onPaint.call(globalThis, () => run());
    else setTimeout(run, 16);
  },
};

export const browserOnline: Online = (run) => {
  // A window is one; Node's global object is not.
  const target: object = globalThis;
  if (!(target instanceof EventTarget)) return () => undefined;
  target.addEventListener('online', run);
  return () => target.removeEventListener('online', run);
};
