import type { ClientFrame, ServerFrame } from '@ovation/protocol';
import type { Timers, Transport, Wire, WireEvents } from '../src/environment.ts';

/** Time that moves only when told. Frames run with `paint()`. */
export interface ManualTimers extends Timers {
  advance(ms: number): void;
  paint(): void;
  readonly pendingFrames: number;
}

export function createManualTimers(): ManualTimers {
  let now = 0;
  let timers: { at: number; run: () => void }[] = [];
  let frames: (() => void)[] = [];
  return {
    now: () => now,
    after(ms, run) {
      const timer = { at: now + ms, run };
      timers.push(timer);
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
    frame: (run) => void frames.push(run),
    advance(ms) {
      const until = now + ms;
      for (;;) {
        const due = timers.filter((timer) => timer.at <= until).toSorted((a, b) => a.at - b.at)[0];
        if (!due) break;
        timers = timers.filter((other) => other !== due);
        now = Math.max(now, due.at);
        due.run();
      }
      now = until;
    },
    paint() {
      const run = frames;
      frames = [];
      for (const frame of run) frame();
    },
    get pendingFrames() {
      return frames.length;
    },
  };
}

/** A socket of the fake server: what the client sent, and what the server may do. */
export interface FakeSocket {
  readonly url: string;
  readonly subprotocol: string;
  readonly sent: ClientFrame[];
  /** texts as written; several frames may be glued in one */
  readonly texts: string[];
  /** code with which the client closed it */
  closedBy: number | undefined;
  open(): void;
  /** Delivers frames, glued by newlines into one text. */
  say(...frames: ServerFrame[]): void;
  sayText(text: string): void;
  drop(code: number): void;
  readonly isOver: boolean;
}

export interface FakeServer {
  readonly sockets: FakeSocket[];
  readonly transport: Transport;
  /** the newest socket */
  readonly last: FakeSocket;
  readonly openCount: number;
}

export function createFakeServer(): FakeServer {
  const sockets: FakeSocket[] = [];
  return {
    sockets,
    transport: (url, subprotocol, events) => {
      const socket = createFakeSocket(url, subprotocol, events);
      sockets.push(socket);
      return socket.wire;
    },
    get last() {
      const socket = sockets.at(-1);
      if (!socket) throw new Error('no socket was opened');
      return socket;
    },
    get openCount() {
      return sockets.filter((socket) => !socket.isOver).length;
    },
  };
}

function createFakeSocket(url: string, subprotocol: string, events: WireEvents): FakeSocket & { wire: Wire } {
  let isOver = false;
  const socket: FakeSocket & { wire: Wire } = {
    url,
    subprotocol,
    sent: [],
    texts: [],
    closedBy: undefined,
    open: () => events.opened(),
    say: (...frames) => events.received(frames.map((frame) => JSON.stringify(frame)).join('\n')),
    sayText: (text) => events.received(text),
    drop(code) {
      isOver = true;
      events.closed(code);
    },
    get isOver() {
      return isOver;
    },
    wire: {
      send(text) {
        socket.texts.push(text);
        for (const line of text.split('\n')) socket.sent.push(JSON.parse(line) as ClientFrame);
      },
      close(code = 1000) {
        if (isOver) return;
        isOver = true;
        socket.closedBy = code;
        events.closed(code);
      },
    },
  };
  return socket;
}
