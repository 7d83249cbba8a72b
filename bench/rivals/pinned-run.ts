import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { ServerAnswer, ServerOrder, Usage } from './bench-server.ts';
import type { Dialect, LoadAnswer, LoadOrder } from './load-clients.ts';

export interface Variant {
  readonly name: string;
  readonly server: string;
  readonly dialect: Dialect;
  /** messages of one round, and the frames in which a client gets them */
  readonly messages: number;
  readonly frames: number;
}
/** A server on core 0 and its clients on core 1, connected. */
export class Run implements AsyncDisposable {
  readonly #server: ChildProcess;
  readonly #load: ChildProcess;
  readonly #variant: Variant;
  /** RSS before and after the clients came, bytes */
  empty = 0;
  idle = 0;

  readonly #clients: number;
  #expected = 0;

  private constructor(variant: Variant, clients: number) {
    this.#variant = variant;
    this.#clients = clients;
    this.#server = pinned(variant.server, 0);
    this.#load = pinned('load-clients', 1);
  }

  static async start(variant: Variant, clients: number): Promise<Run> {
    const run = new Run(variant, clients);
    const [{ port }] = (await once(run.#server, 'message')) as [{ port: number }];
    run.empty = (await run.usage()).rss;
    run.tell({ do: 'connect', port, clients, dialect: variant.dialect });
    await run.heard();
    run.idle = (await run.usage()).rss;
    return run;
  }

  tell(order: LoadOrder): void {
    this.#load.send(order);
  }

  async heard(): Promise<LoadAnswer> {
    const [answer] = (await once(this.#load, 'message')) as [LoadAnswer];
    return answer;
  }

  async usage(): Promise<Usage> {
    const answered = once(this.#server, 'message');
    this.#server.send({ do: 'usage' } satisfies ServerOrder);
    const [answer] = (await answered) as [Exclude<ServerAnswer, { port: number }>];
    return answer;
  }

  /** The next broadcast goes out when everybody has the last one. @returns how many there were */
  async rounds(forMs: number, bytes: number): Promise<number> {
    const until = performance.now() + forMs;
    let rounds = 0;
    for (; performance.now() < until; rounds += 1) {
      const all = this.heard();
      this.tell({ do: 'expect', frames: (this.#expected += this.#clients * this.#variant.frames) });
      this.#server.send({ do: 'broadcast', count: this.#variant.messages, bytes } satisfies ServerOrder);
      await all;
    }
    return rounds;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = [once(this.#server, 'exit'), once(this.#load, 'exit')];
    this.#load.kill('SIGKILL');
    this.#server.kill('SIGKILL');
    await Promise.all(ended);
  }
}

function pinned(name: string, core: number): ChildProcess {
  const file = fileURLToPath(new URL(`${name}.ts`, import.meta.url));
  const child = fork(file, { execPath: 'taskset', execArgv: ['-c', String(core), process.execPath, '--expose-gc'] });
  child.once('exit', (code) => {
    if (code !== null && code !== 0) throw new Error(`${name} ended with ${code}`);
  });
  return child;
}
