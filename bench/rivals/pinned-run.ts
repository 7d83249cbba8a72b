import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { ServerAnswer, ServerOrder, Usage } from './bench-server.ts';
import type { Dialect, Greeting } from './load-client.ts';
import type { LoadAnswer, LoadOrder, Report } from './load-clients.ts';

/**
 * What `npm start` gives Node, for rivals too: left alone, V8 lets the space for young objects grow to 64 MB while ten
 * thousand connect, which is no memory of theirs.
 */
const AS_NPM_START = ['--max-semi-space-size=4'];

const ROUND_MS = 50;

export interface Side {
  readonly name: string;
  readonly server: string;
  readonly dialect: Dialect;
  readonly greeting?: Greeting;
}

/** Few clients are fast, and a server that takes 20 reactions a second of each would refuse the rest. */
function enoughTime(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ROUND_MS);
  });
}

/** A process that answers one order after the other. */
class Child<Order extends object, Answer> implements AsyncDisposable {
  readonly #process: ChildProcess;
  readonly #waiting: ((answer: Answer) => void)[] = [];

  constructor(name: string, core: number, args: readonly string[]) {
    const file = fileURLToPath(new URL(`${name}.ts`, import.meta.url));
    const execArgv = ['-c', String(core), process.execPath, '--expose-gc', ...AS_NPM_START];
    this.#process = fork(file, args, { execPath: 'taskset', execArgv });
    this.#process.on('message', (answer) => this.#waiting.shift()?.(answer as Answer));
    this.#process.once('exit', (code) => {
      if (code !== null && code !== 0) throw new Error(`${name} ended with ${code}`);
    });
  }

  tell(order: Order): void {
    this.#process.send(order);
  }

  heard(): Promise<Answer> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
    });
  }

  ask(order: Order): Promise<Answer> {
    const answered = this.heard();
    this.tell(order);
    return answered;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = once(this.#process, 'exit');
    this.#process.kill('SIGKILL');
    await ended;
  }
}

/** A server on core 0 and its clients on core 1. Several may stand side by side, if only one of them is awake. */
export class Run implements AsyncDisposable {
  readonly clients: number;
  readonly #side: Side;
  #server: Child<ServerOrder, ServerAnswer>;
  readonly #load: Child<LoadOrder, LoadAnswer>;
  #port = 0;
  #expected = 0;
  #awaited = 0;

  private constructor(side: Side, clients: number, args: readonly string[]) {
    this.clients = clients;
    this.#side = side;
    this.#server = new Child(side.server, 0, args);
    this.#load = new Child('load-clients', 1, []);
  }

  /** The server is up, nobody is connected. */
  static async start(side: Side, clients: number, args: readonly string[] = []): Promise<Run> {
    const run = new Run(side, clients, args);
    await run.#up();
    return run;
  }

  /** @returns how long it took until all were subscribed, ms */
  async connect(): Promise<number> {
    const { dialect, greeting = { feed: 'channel:bench' } } = this.#side;
    return this.#opened({ do: 'connect', port: this.#port, clients: this.clients, dialect, greeting });
  }

  async reconnect(): Promise<number> {
    return this.#opened({ do: 'reconnect', port: this.#port });
  }

  /** Another process of the same server, at another port, knows nothing of its clients. */
  async replaceServer(): Promise<void> {
    await this.#server[Symbol.asyncDispose]();
    this.#server = new Child(this.#side.server, 0, []);
    this.#awaited = 0;
    await this.#up();
  }

  async usage(collect = false): Promise<Usage> {
    // The order says what is answered.
    return (await this.#server.ask({ do: 'usage', collect })) as Usage;
  }

  async report(): Promise<Report> {
    return (await this.#load.ask({ do: 'report' })) as Report;
  }

  async load(order: Extract<LoadOrder, { do: 'wake' | 'rest' | 'react' | 'stall' | 'drop' }>): Promise<void> {
    await this.#load.ask(order);
  }

  broadcast(count: number, bytes: number): void {
    this.#server.tell({ do: 'broadcast', count, bytes });
  }

  /** The next broadcast goes out when everybody has the last one. @returns how many there were */
  async rounds(forMs: number, messages: number, bytes: number): Promise<number> {
    await this.load({ do: 'wake' });
    const until = performance.now() + forMs;
    let rounds = 0;
    for (; performance.now() < until; rounds += 1) {
      const all = this.#load.ask({ do: 'expect', messages: (this.#expected += this.clients * messages) });
      this.broadcast(messages, bytes);
      await all;
    }
    await this.load({ do: 'rest' });
    return rounds;
  }

  /** Everybody says one thing, and again as soon as all but the last round have been heard. @returns how many rounds */
  async bursts(forMs: number): Promise<number> {
    await this.load({ do: 'wake' });
    const until = performance.now() + forMs;
    let rounds = 0;
    let heard: Promise<unknown> = Promise.resolve();
    for (; performance.now() < until; rounds += 1) {
      const said = this.#load.ask({ do: 'burst' });
      await Promise.all([heard, enoughTime()]);
      heard = this.#server.ask({ do: 'await', received: (this.#awaited += this.clients) });
      await said;
    }
    await heard;
    await this.load({ do: 'rest' });
    return rounds;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.#server[Symbol.asyncDispose](), this.#load[Symbol.asyncDispose]()]);
  }

  async #up(): Promise<void> {
    // What a server says first.
    ({ port: this.#port } = (await this.#server.heard()) as { port: number });
  }

  async #opened(order: LoadOrder): Promise<number> {
    await this.load({ do: 'wake' });
    const { tookMs } = (await this.#load.ask(order)) as { tookMs: number };
    await this.load({ do: 'rest' });
    return tookMs;
  }
}
