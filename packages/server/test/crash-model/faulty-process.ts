import type { Database } from '../../src/ports/database.ts';
import type { EventLog } from '../../src/ports/event-log.ts';
import { createManualClock, type ManualClock } from '../support/manual-clock.ts';
import type { Random } from './seeded-random.ts';

/** How a process of the model ends: by dying, by being stopped in good order, or by falling asleep and waking up. */
export interface Fault {
  readonly kind: 'none' | 'crash' | 'crash-between-chunks' | 'handover' | 'sleep';
  /** at which of its steps, or between the chunks of which of its closes */
  readonly step: number;
}

class Crash extends Error {}

/** Taking over is the first transaction of a process. */
const STEPS_OF_TRANSACTION = 3;

/**
 * The ports of one process. Each transaction has three steps (before it, inside it, after its COMMIT), each batch and
 * each append to the log one; at one of them the fault happens. Time is the append time of what it reads, and a lag.
 */
export class FaultyProcess {
  readonly clock: ManualClock = createManualClock(0);
  readonly #stopping = new AbortController();
  readonly #fault: Fault;
  readonly #random: Random;
  readonly #asleep = Promise.withResolvers<'asleep'>();
  readonly #awake = Promise.withResolvers<void>();
  readonly #lagMs: number;
  #steps = 0;
  #isDead = false;
  #slept = false;
  /** called with the number of each step */
  onStep: (step: number) => void = () => undefined;

  constructor(fault: Fault, random: Random) {
    this.#fault = fault;
    this.#random = random;
    this.#lagMs = random.pick([20, 500, 20_000]);
  }

  get signal(): AbortSignal {
    return this.#stopping.signal;
  }

  /** Resolves when the process falls asleep. */
  get asleep(): Promise<'asleep'> {
    return this.#asleep.promise;
  }

  wake(): void {
    this.#awake.resolve();
  }

  /** Like kill -9, also while it sleeps. */
  kill(): void {
    this.#isDead = true;
    this.#stopping.abort();
    this.#awake.resolve();
  }

  database(real: Database): Database {
    const unitOfWork: Database['unitOfWork'] = async (work) => {
      await this.#step('before');
      const result = await real.unitOfWork(async (uow) => {
        const answer = await work(uow);
        await this.#step('inside');
        return answer;
      });
      await this.#step('after');
      return result;
    };
    return new Proxy(real, {
      get: (target, name) => (name === 'unitOfWork' ? unitOfWork : Reflect.get(target, name, target)),
    });
  }

  eventLog(real: EventLog): Pick<EventLog, 'append' | 'read' | 'commit' | 'committed'> {
    return {
      append: async (topic, records) => {
        await this.#step('log');
        const appended = await real.append(topic, records);
        await this.#step('log');
        return appended;
      },
      read: (options) => this.#read(real, options),
      commit: (group, topic, positions) => real.commit(group, topic, positions),
      committed: (group, topic) => real.committed(group, topic),
    };
  }

  /** Ends where the log ends, so that the model comes to an end; now and then a batch comes twice. */
  async *#read(real: EventLog, options: Parameters<EventLog['read']>[0]): ReturnType<EventLog['read']> {
    const maxRecords = this.#random.between(1, 60);
    for await (const batch of real.read({ ...options, maxRecords, follow: false })) {
      if (this.signal.aborted) return;
      this.clock.raiseTo((batch.records.at(-1)?.appendedAt ?? 0) + this.#lagMs);
      await this.#step('log');
      yield batch;
      if (this.#random.chance(0.05) && !this.signal.aborted) yield batch;
    }
  }

  async #step(place: 'before' | 'inside' | 'after' | 'log'): Promise<void> {
    if (this.#isDead) throw new Crash('dead');
    this.#steps += 1;
    this.onStep(this.#steps);
    const { kind, step } = this.#fault;
    if (kind === 'sleep') return this.#mayFallAsleep(place);
    if (this.#steps !== step) return;
    if (kind === 'handover') this.#stopping.abort();
    if (kind !== 'crash') return;
    this.kill();
    throw new Crash(place);
  }

  /**
   * Outside a transaction only: the database ends one that waits. Only owners fall asleep, because one that sleeps before it
   * takes the partition over is a new owner when it wakes, and not an old one.
   */
  async #mayFallAsleep(place: string): Promise<void> {
    const from = Math.max(this.#fault.step, STEPS_OF_TRANSACTION + 1);
    if (this.#slept || place !== 'before' || this.#steps < from) return;
    this.#slept = true;
    this.#asleep.resolve('asleep');
    await this.#awake.promise;
    if (this.#isDead) throw new Crash('killed in its sleep');
  }
}

export function isCrash(error: unknown): boolean {
  return error instanceof Crash;
}
