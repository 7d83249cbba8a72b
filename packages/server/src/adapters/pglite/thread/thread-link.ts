import { Worker } from 'node:worker_threads';
import type { Logger } from '../../../telemetry/logger.ts';
import { DATABASE_CODES, DatabaseError } from '../../sql/failure.ts';
import type { Answers, Command, Reply, Request, ThreadStart } from './wire.ts';

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** The main thread's end: numbers the requests and gives each its reply. */
export class ThreadLink {
  readonly #worker: Worker;
  readonly #logger: Logger;
  readonly #waiting = new Map<number, Waiting>();
  readonly #opened = Promise.withResolvers<void>();
  readonly #ended = Promise.withResolvers<void>();
  #nextId = 1;
  #closing = false;
  #stopped: DatabaseError | undefined;
  /** Called with the session whose transaction the thread rolled back because it stood idle. */
  onExpired: (session: number) => void = () => {};

  private constructor(start: ThreadStart, logger: Logger) {
    this.#logger = logger;
    // Node strips types in worker threads too, but nobody rewrites the ending inside `new URL`.
    const ending = import.meta.url.endsWith('.ts') ? '.ts' : '.js';
    this.#worker = new Worker(new URL(`./thread${ending}`, import.meta.url), { workerData: start, name: 'database' });
    this.#worker.on('message', (reply: Reply) => this.#receive(reply));
    this.#worker.on('error', (error) => this.#stop(`The database thread died: ${error.message}`, error));
    this.#worker.on('exit', () => {
      this.#stop('The database thread ended');
      this.#ended.resolve();
    });
  }

  /** @throws DatabaseError when PGlite does not open the folder. */
  static async open(start: ThreadStart, logger: Logger): Promise<ThreadLink> {
    const link = new ThreadLink(start, logger);
    try {
      await link.#opened.promise;
      return link;
    } catch (error) {
      link.#closing = true;
      await link.#worker.terminate();
      throw error;
    }
  }

  request<K extends Command['kind']>(command: Extract<Command, { kind: K }>): Promise<Answers[K]> {
    if (this.#stopped) return Promise.reject(this.#stopped);
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const request: Request = { id: this.#nextId, command };
    this.#nextId += 1;
    try {
      this.#worker.postMessage(request);
    } catch (error) {
      // A function or a symbol among the parameters cannot be cloned.
      return Promise.reject(
        new DatabaseError(
          { code: DATABASE_CODES.badValue, message: 'A parameter cannot be sent to the database' },
          { cause: error },
        ),
      );
    }
    this.#waiting.set(request.id, { resolve, reject });
    // The thread answers each kind of command with the type that `Answers` names.
    return promise as Promise<Answers[K]>;
  }

  /** True once the thread is gone: nothing can be asked any more, and it was reported. */
  get isDead(): boolean {
    return this.#stopped !== undefined;
  }

  /** Whether anybody waits for an answer. */
  get isBusy(): boolean {
    return this.#waiting.size > 0;
  }

  /** Lets everything that was asked for finish, closes PGlite and ends the thread. */
  async close(): Promise<void> {
    if (this.#closing || this.#stopped) return this.#ended.promise;
    this.#closing = true;
    try {
      await this.request({ kind: 'close' });
    } finally {
      await this.#worker.terminate();
    }
  }

  #receive(reply: Reply): void {
    if (reply.kind === 'ready') this.#opened.resolve();
    else if (reply.kind === 'unusable') this.#opened.reject(new DatabaseError(reply.failure));
    else if (reply.kind === 'expired') this.onExpired(reply.session);
    else {
      const waiting = this.#waiting.get(reply.id);
      this.#waiting.delete(reply.id);
      if (reply.kind === 'done') waiting?.resolve(reply.value);
      else waiting?.reject(new DatabaseError(reply.failure));
    }
  }

  #stop(message: string, cause?: Error): void {
    if (this.#stopped) return;
    this.#stopped = new DatabaseError({ code: DATABASE_CODES.stopped, message }, { cause });
    this.#opened.reject(this.#stopped);
    for (const { reject } of this.#waiting.values()) reject(this.#stopped);
    this.#waiting.clear();
    if (!this.#closing) this.#logger.error({ err: this.#stopped }, `${message}; start Ovation again`);
  }
}
