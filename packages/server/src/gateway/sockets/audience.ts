import type { Clock } from '../../ports/clock.ts';
import type { Metrics } from '../../telemetry/metrics.ts';
import type { Connection, Door } from './connection.ts';
import { LateConnections } from './late-connections.ts';
import type { EncodedFlush, Wording } from '../rooms/room-flush.ts';
import { gatewayMetrics } from '../metrics.ts';

/** Writes between two looks at the event loop: pings and reactions must not wait for a loop over 10,000 sockets. */
const WRITES_PER_TURN = 500;
/** Coprime to most sizes, so that over time everybody is first and nobody is always last. */
const ROTATION = 7_919;

type Framing = Pick<Wording, 'frame' | 'deflate'>;

/** One flush on its way. Each form of it is made at most once, when the first connection needs it. */
class Job {
  readonly number: number;
  readonly to: readonly Connection[];
  /** seq of the last entry before this flush */
  readonly after: number;
  readonly hasVolatile: boolean;
  next: number;
  left: number;
  readonly #flush: EncodedFlush;
  readonly #framing: Framing;
  /** by form: with or without what is volatile, compressed or not; null where nothing is left of it */
  readonly #made: (Buffer | null | undefined)[] = [undefined, undefined, undefined, undefined];

  constructor(parts: {
    number: number;
    to: readonly Connection[];
    after: number;
    start: number;
    flush: EncodedFlush;
    framing: Framing;
  }) {
    this.number = parts.number;
    this.to = parts.to;
    this.after = parts.after;
    this.hasVolatile = parts.flush.volatile !== undefined;
    this.next = parts.start;
    this.left = parts.to.length;
    this.#flush = parts.flush;
    this.#framing = parts.framing;
  }

  /** Null when nothing is left of it. */
  frame(connection: Connection, withVolatile: boolean): Buffer | null {
    const form = (withVolatile ? 1 : 0) + (connection.deflates ? 2 : 0);
    const known = this.#made[form];
    if (known !== undefined) return known;
    const { ordered, volatile } = this.#flush;
    const texts = [ordered, withVolatile ? volatile : undefined].filter((text) => text !== undefined);
    const made = texts.length === 0 ? null : this.#make(connection.deflates, texts);
    this.#made[form] = made;
    return made;
  }

  #make(deflates: boolean, texts: readonly string[]): Buffer {
    return (deflates ? this.#framing.deflate?.(texts) : undefined) ?? this.#framing.frame(texts);
  }
}

export interface AudienceParts {
  readonly door: Door;
  readonly framing: Framing;
  readonly clock: Pick<Clock, 'now'>;
  readonly metrics: Metrics;
}

/** The connections of one door in one room. A flush is encoded once and written to all of them that keep up. */
export class Audience {
  /** connection → the job that it does not get any more: what it was told when it came contains it */
  readonly #members = new Map<Connection, number>();
  readonly #parts: AudienceParts;
  readonly #late: LateConnections;
  /** never changed, only replaced: a running job keeps the one it began with */
  #list: readonly Connection[] | undefined;
  readonly #jobs: Job[] = [];
  #start = 0;
  #lastJob = 0;

  constructor(parts: AudienceParts) {
    this.#parts = parts;
    this.#late = new LateConnections(parts.metrics);
  }

  get size(): number {
    return this.#members.size;
  }

  /** Adds a connection: it gets what is sent after this call, and nothing of what is being written now. */
  add(connection: Connection): void {
    this.#members.set(connection, this.#lastJob);
    this.#late.forget(connection);
    this.#list = undefined;
  }

  delete(connection: Connection): boolean {
    this.#late.forget(connection);
    this.#list = undefined;
    return this.#members.delete(connection);
  }

  /** seq of the last entry that a held connection was sent; undefined for one that gets everything. */
  heldAfter(connection: Connection): number | undefined {
    return this.#late.heldAfter(connection);
  }

  /** @param after seq of the last entry before this flush */
  send(flush: EncodedFlush, after: number): void {
    if ((flush.ordered === undefined && flush.volatile === undefined) || this.#members.size === 0) return;
    this.#list ??= [...this.#members.keys()];
    this.#start = (this.#start + ROTATION) % this.#list.length;
    this.#lastJob += 1;
    const { framing } = this.#parts;
    const [number, to, start] = [this.#lastJob, this.#list, this.#start];
    this.#jobs.push(new Job({ number, to, after, start, flush, framing }));
    // A job that is still running keeps its place: frames must not overtake each other.
    if (this.#jobs.length === 1) this.#work();
  }

  /**
   * Lets those catch up that read again, and closes those that do not.
   * @param catchUp what a connection lacks that has everything up to the entry; undefined: it lacks only volatile things
   */
  sweep(now: number, catchUp: (after: number | undefined) => EncodedFlush): void {
    for (const { connection, after } of this.#late.takeReady(now)) {
      // Jobs that are still running are part of what it gets now.
      this.#members.set(connection, this.#lastJob);
      this.#list = undefined;
      const { ordered, volatile } = catchUp(after);
      const texts = [ordered, volatile].filter((text) => text !== undefined);
      if (texts.length === 0) continue;
      connection.write(this.#parts.framing.frame(texts));
      gatewayMetrics(this.#parts.metrics).framesSent.inc({ door: this.#parts.door });
    }
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
    const now = this.#parts.clock.now();
    let written = 0;
    // Nobody came or went since the job began: then it is for all of its connections.
    const isOld = this.#list !== job.to;
    for (let i = 0; i < count; i += 1) {
      const connection = job.to[job.next];
      job.next = (job.next + 1) % job.to.length;
      if (!connection || (isOld && !this.#isFor(job, connection))) continue;
      const share = this.#late.shareOf(connection, job, now);
      const frame = share === 'nothing' ? undefined : job.frame(connection, share === 'everything');
      if (!frame) continue;
      connection.write(frame);
      written += 1;
    }
    job.left -= count;
    gatewayMetrics(this.#parts.metrics).framesSent.inc({ door: this.#parts.door }, written);
  }

  /** A connection may have left, or come again, while the job waited for its turn. */
  #isFor(job: Job, connection: Connection): boolean {
    return (this.#members.get(connection) ?? job.number) < job.number;
  }
}
