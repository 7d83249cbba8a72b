import { channelFeed, NATIVE_SUBPROTOCOL } from '@ovation/protocol';
import { WebSocket } from 'ws';

interface Entry {
  readonly k: string;
  readonly c: number;
  readonly o: number;
}

type Reply =
  | { c: number; e: string; o: number; recovered: true; events: Entry[] }
  | { c: number; e: string; o: number; recovered: false }
  | { code: number; msg: string };

/** A viewer that comes back after every kill from where it was, reacts, and notes what it was shown. */
export class AuditSocket {
  readonly emote: string;
  /** what was wrong with the feeds, as sentences */
  readonly faults: string[] = [];
  /** when each reaction of the present life was sent, ms */
  sent: number[] = [];
  readonly #channels: readonly string[];
  readonly #positions = new Map<string, { e: string; o: number }>();
  #numbers = new Map<number, string>();
  #socket: WebSocket | undefined;
  #reactsIn: number | undefined;

  /** It reacts in the first of its channels. */
  constructor(name: string, channels: readonly string[]) {
    this.emote = name;
    this.#channels = channels.map(channelFeed);
  }

  /** Resolves with the welcome; rejects when there is none. */
  async connect(url: string): Promise<void> {
    const { promise, reject, resolve } = Promise.withResolvers<void>();
    const socket = new WebSocket(url.replace('http', 'ws'), [NATIVE_SUBPROTOCOL]);
    this.#socket = socket;
    this.#reactsIn = undefined;
    this.sent = [];
    const subs = this.#channels.map((ch) => ({ ch, ...this.#since(ch) }));
    socket.on('open', () => socket.send(JSON.stringify({ op: 'hello', subs })));
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('The connection was closed')));
    socket.on('message', (data) => {
      // With the default `binaryType` a message is one Buffer.
      for (const line of (data as Buffer).toString().split('\n')) {
        if (this.#take(JSON.parse(line) as Entry & { subs?: Record<string, Reply> })) resolve();
      }
    });
    await promise;
  }

  react(): void {
    const socket = this.#socket;
    if (socket?.readyState !== WebSocket.OPEN || this.#reactsIn === undefined) return;
    socket.send(JSON.stringify({ op: 'react', c: this.#reactsIn, e: this.emote, n: 1 }));
    this.sent.push(Date.now());
  }

  position(channel: string): number {
    return this.#positions.get(channelFeed(channel))?.o ?? -1;
  }

  close(): void {
    this.#socket?.terminate();
  }

  #since(feed: string) {
    const since = this.#positions.get(feed);
    return since ? { since } : {};
  }

  /** True for the welcome. */
  #take(frame: Entry & { subs?: Record<string, Reply> }): boolean {
    if (frame.k === 'ping') this.#socket?.send('{"op":"pong"}');
    if (frame.k === 'gap') this.faults.push(`${this.emote}: a gap`);
    if (frame.k === 'ev') this.#advance(this.#numbers.get(frame.c) ?? '', frame.o);
    if (frame.k !== 'welcome') return false;
    this.#numbers = new Map();
    for (const [feed, reply] of Object.entries(frame.subs ?? {})) this.#enter(feed, reply);
    return true;
  }

  #enter(feed: string, reply: Reply): void {
    if ('code' in reply) {
      this.faults.push(`${this.emote}: ${feed} refused: ${reply.msg}`);
      return;
    }
    this.#numbers.set(reply.c, feed);
    if (feed === this.#channels[0]) this.#reactsIn = reply.c;
    const known = this.#positions.get(feed);
    if (!known) this.#positions.set(feed, { e: reply.e, o: reply.o });
    else if (!reply.recovered) this.faults.push(`${this.emote}: ${feed} not recovered from ${known.o}, now ${reply.o}`);
    else {
      for (const { o } of reply.events) this.#advance(feed, o);
      if (this.#positions.get(feed)?.o !== reply.o)
        this.faults.push(`${this.emote}: ${feed} replay ends before ${reply.o}`);
    }
  }

  #advance(feed: string, o: number): void {
    const position = this.#positions.get(feed);
    if (!position) return;
    if (o !== position.o + 1) this.faults.push(`${this.emote}: ${feed} went from ${position.o} to ${o}`);
    position.o = o;
  }
}
