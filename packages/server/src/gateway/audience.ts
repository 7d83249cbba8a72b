import type { Metrics } from '../telemetry/metrics.ts';
import type { Connection, Door } from './connection.ts';
import { textFrame } from './text-frame.ts';

/** Writes between two looks at the event loop: pings and reactions must not wait for a loop over 10,000 sockets. */
const WRITES_PER_TURN = 2_000;
/** Coprime to most sizes, so that over time everybody is first and nobody is always last. */
const ROTATION = 7_919;

/** What one flush of a room is for one door. Texts; each goes into at most one frame. */
export interface EncodedFlush {
  /** may not be skipped */
  readonly ordered?: string;
  /** heals by the next one */
  readonly volatile?: string;
}

interface Job {
  readonly number: number;
  readonly to: readonly Connection[];
  readonly whole: Buffer;
  /** for slow connections; undefined = nothing */
  ordered(): Buffer | undefined;
  next: number;
  left: number;
}

/** The connections of one door in one room. A flush is encoded once and written to all of them. */
export class Audience {
  /** connection → the job that it does not get any more: what it was told when it came contains it */
  readonly #members = new Map<Connection, number>();
  readonly #metrics: Metrics;
  readonly #door: Door;
  /** never changed, only replaced: a running job keeps the one it began with */
  #list: readonly Connection[] | undefined;
  #jobs: Job[] = [];
  #start = 0;
  #lastJob = 0;

  constructor(door: Door, metrics: Metrics) {
    this.#door = door;
    this.#metrics = metrics;
  }

  get size(): number {
    return this.#members.size;
  }

  /** Adds a connection: it gets what is sent after this call, and nothing of what is being written now. */
  add(connection: Connection): void {
    this.#members.set(connection, this.#lastJob);
    this.#list = undefined;
  }

  delete(connection: Connection): boolean {
    this.#list = undefined;
    return this.#members.delete(connection);
  }

  send({ ordered, volatile }: EncodedFlush): void {
    const texts = [ordered, volatile].filter((text) => text !== undefined);
    if (texts.length === 0 || this.#members.size === 0) return;
    this.#list ??= [...this.#members.keys()];
    const whole = textFrame(texts.join('\n'));
    let alone: Buffer | undefined;
    this.#start = (this.#start + ROTATION) % this.#list.length;
    this.#lastJob += 1;
    this.#jobs.push({
      number: this.#lastJob,
      to: this.#list,
      whole,
      ordered: () => {
        if (ordered === undefined || volatile === undefined) return ordered === undefined ? undefined : whole;
        return (alone ??= textFrame(ordered));
      },
      next: this.#start,
      left: this.#list.length,
    });
    // A job that is still running keeps its place: frames must not overtake each other.
    if (this.#jobs.length === 1) this.#work();
  }

  #work(): void {
    let budget = WRITES_PER_TURN;
    for (let job = this.#jobs[0]; job; job = this.#jobs[0]) {
      const count = Math.min(budget, job.left);
      this.#write(job, count);
      budget -= count;
      if (job.left > 0) {
        setImmediate(() => this.#work());
        return;
      }
      this.#jobs.shift();
    }
  }

  #write(job: Job, count: number): void {
    let written = 0;
    for (let i = 0; i < count; i += 1) {
      const connection = job.to[job.next];
      job.next = (job.next + 1) % job.to.length;
      // It may have left, or come again, while the job waited for its turn.
      if (!connection || (this.#members.get(connection) ?? job.number) >= job.number) continue;
      const frame = connection.isSlow ? job.ordered() : job.whole;
      if (!frame) continue;
      connection.write(frame);
      written += 1;
    }
    job.left -= count;
    this.#metrics.framesSent.inc({ door: this.#door }, written);
  }
}
