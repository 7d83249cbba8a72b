import { DisposalStack } from '../../host/closing-stack.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Database } from '../../ports/database.ts';
import type { EventLog } from '../../ports/event-log.ts';
import { retry } from '../../retry.ts';
import type { Logger } from '../../telemetry/logger.ts';
import { appendRows } from './append-rows.ts';
import type { RelayCalls } from './call-relay.ts';
import { Lease } from './hold-lease.ts';
import { deleteRows, newestId, type OutboxRow, readFront, waitsUpTo } from './outbox-store.ts';

const BATCH = 1_000;
/** Rows of another process whose call was lost, and leases that ran out. */
const POLL_MS = 1_000;
/** How often a process looks whether the relay of another one has taken its rows. */
const LOOK_MS = 50;

export interface RelayParts {
  readonly database: Database;
  readonly eventLog: EventLog;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Name of the lease's owner. The same name goes on at once after a restart; another waits until the lease runs out. */
  readonly owner: string;
  /** How the processes of a shared database call each other's relay. Without it every row is of this process. */
  readonly calls?: RelayCalls | undefined;
}

/** Moves the outbox to the event log, at least once, in the order of the commits of each feed. */
export interface Relay extends AsyncDisposable {
  start(): void;
  /** This process moves the rows; false also when it is not known who does. */
  readonly isLeading: boolean;
  /** True when everything committed to the outbox before the call is in the event log; false after `timeoutMs`. */
  relayed(timeoutMs: number): Promise<boolean>;
}

export function createRelay(parts: RelayParts): Relay {
  return new OutboxRelay(parts);
}

class OutboxRelay implements Relay {
  readonly #parts: RelayParts;
  readonly #lease: Lease;
  readonly #running = new DisposalStack();
  readonly #progress = new Set<() => void>();
  #pass: Promise<void> | undefined;
  #again = false;
  readonly #stop = new AbortController();
  #failures = 0;

  constructor(parts: RelayParts) {
    this.#parts = parts;
    this.#lease = new Lease({ ...parts, name: 'relay' });
  }

  start(): void {
    const { calls, clock, database } = this.#parts;
    this.#running.use(database.onOutbox(() => this.#wake()));
    this.#running.use(clock.every(POLL_MS, () => this.#wake()));
    if (calls) this.#running.use(calls.listen(() => this.#wake()));
    this.#wake();
  }

  get isLeading(): boolean {
    return this.#lease.isHeld;
  }

  async relayed(timeoutMs: number): Promise<boolean> {
    const { database, clock } = this.#parts;
    const newest = await newestId(database);
    if (newest === undefined) return true;
    let late = false;
    let look = Promise.withResolvers<void>();
    const wakeUp = () => look.resolve();
    using _deadline = clock.after(timeoutMs, () => {
      late = true;
      wakeUp();
    });
    this.#progress.add(wakeUp);
    // The relay of another process does not tell this one how far it is.
    using _looks = this.#parts.calls ? clock.every(LOOK_MS, wakeUp) : undefined;
    try {
      while (await waitsUpTo(database, newest)) {
        if (late) return false;
        await look.promise;
        look = Promise.withResolvers<void>();
      }
      return true;
    } finally {
      this.#progress.delete(wakeUp);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    this.#running.dispose();
    await this.#pass;
    // The database may be gone already; the lease then runs out by itself.
    await this.#lease.release().catch(() => {});
  }

  #wake(): void {
    if (this.#stop.signal.aborted) return;
    if (this.#pass) {
      this.#again = true;
      return;
    }
    this.#pass = this.#run().finally(() => {
      this.#pass = undefined;
      this.#lookAgain();
      if (this.#again) this.#wake();
    });
  }

  async #run(): Promise<void> {
    const { clock } = this.#parts;
    const { signal } = this.#stop;
    try {
      await retry(() => this.#relayAll(), {
        clock,
        signal,
        onFailure: (error, failures) => this.#wait(error, failures),
      });
      this.#recovered();
    } catch (error) {
      // The relay stops. What could not be relayed waits in the outbox for the next one.
      if (this.#failures === 0) this.#warn(error);
    }
  }

  async #relayAll(): Promise<void> {
    this.#again = false;
    while (!this.#stop.signal.aborted && (await this.#relayBatch()));
  }

  /** True when there may be more. */
  async #relayBatch(): Promise<boolean> {
    const { database } = this.#parts;
    const rows = await readFront(database, BATCH);
    if (rows.length === 0) return false;
    if (!(await this.#lease.hold())) return false;
    const byTopic = Map.groupBy(rows, ({ topic }) => topic);
    // One topic after the other: one append is in flight, and what was appended is gone even if the next topic fails.
    for (const [topic, ofTopic] of byTopic) await this.#relayTopic(topic, ofTopic);
    this.#lookAgain();
    return rows.length === BATCH;
  }

  async #relayTopic(topic: string, rows: readonly OutboxRow[]): Promise<void> {
    const { database } = this.#parts;
    await appendRows(this.#parts, topic, rows);
    await deleteRows(database, rows);
  }

  #wait(error: unknown, failures: number): void {
    if (failures === 1) this.#warn(error);
    this.#failures = failures;
    this.#lookAgain();
  }

  #warn(error: unknown): void {
    this.#parts.logger.warn({ err: error }, 'The outbox waits: it cannot be relayed to the event log now');
  }

  #lookAgain(): void {
    for (const look of this.#progress) look();
  }

  #recovered(): void {
    if (this.#failures > 0) this.#parts.logger.info({ failures: this.#failures }, 'The outbox is relayed again');
    this.#failures = 0;
  }
}
