import type { ClosedWindow, EngineSnapshot, PartitionEngine } from '@ovation/moments';
import type { Moment } from '@ovation/protocol';
import { isRefusal, storeOrSetAside } from '../refusal.ts';
import type { DeadLetters, RefusedResult } from './dead-letters.ts';
import type { LateCount, PartitionStore } from './partition-store.ts';

export interface ResultStoreParts {
  readonly store: PartitionStore;
  readonly generation: number;
  readonly engine: Pick<PartitionEngine, 'clear' | 'offset'>;
  readonly deadLetters: Pick<DeadLetters, 'setResultAside'>;
  readonly place: { readonly topic: string; readonly partition: number };
  /** Tries again until it works, or until the error is final. */
  readonly attempt: <T>(what: string, work: () => Promise<T>, isFinal?: (error: unknown) => boolean) => Promise<T>;
}

/** With what the channel had counted, with its settings only, without the channel. */
const SNAPSHOT_TRIES = 3;

/**
 * Stores what the engine found. Outages are waited for. What the database refuses as data is set aside with its channel and
 * cause, and the partition goes on: a record of one channel must not stop the others (docs/decisions/doors.md D1).
 */
export class ResultStore {
  readonly #parts: ResultStoreParts;

  constructor(parts: ResultStoreParts) {
    this.#parts = parts;
  }

  async publish(moments: readonly Moment[]): Promise<void> {
    const { generation, store } = this.#parts;
    await storeOrSetAside(
      moments,
      (some) => this.#stored('Publishing moments', () => store.publish(generation, some)),
      (moment, cause) =>
        this.#setAside({ kind: 'moment', name: `${moment.id}:${moment.rev}`, value: moment }, moment.channel, cause),
    );
  }

  async storeWindows(closed: readonly ClosedWindow[]): Promise<void> {
    const { generation, store } = this.#parts;
    for (let from = 0; from < closed.length; from += store.windowsAtOnce) {
      await storeOrSetAside(
        closed.slice(from, from + store.windowsAtOnce),
        (some) => this.#stored('Storing closed windows', () => store.storeWindows(generation, some)),
        (window, cause) => {
          const name = `${window.channel}/${new Date(window.start).toISOString()}`;
          return this.#setAside({ kind: 'window', name, value: window }, window.channel, cause);
        },
      );
    }
  }

  /**
   * A channel whose state is refused is stored without what it had counted.
   * @throws what the database says when it refuses the position itself: going on would lose what comes before it
   */
  async storeSnapshot(snapshot: EngineSnapshot, late: readonly LateCount[]): Promise<void> {
    const { generation, store } = this.#parts;
    let accepted = late;
    for (let round = 1; ; round += 1) {
      try {
        return await this.#stored('Storing a snapshot', () => store.storeSnapshot(generation, snapshot, accepted));
      } catch (error) {
        if (!isRefusal(error) || round === SNAPSHOT_TRIES) throw error;
        accepted = await this.#withoutRefused(snapshot, accepted, round === 1);
      }
    }
  }

  /** Takes out of the snapshot what the database refuses. @returns the late counts that it takes */
  async #withoutRefused(
    snapshot: EngineSnapshot,
    late: readonly LateCount[],
    keepsSettings: boolean,
  ): Promise<readonly LateCount[]> {
    const { attempt, engine, generation, store } = this.#parts;
    const refused = await attempt('Looking for what is refused', () => store.refusedOf(generation, snapshot, late));
    for (const [channel, cause] of refused.channels) {
      const value = snapshot.channels.get(channel);
      const cleared = engine.clear(channel);
      if (keepsSettings) snapshot.channels.set(channel, cleared);
      else snapshot.channels.delete(channel);
      await this.#setAside({ kind: 'state', name: `${channel}/${snapshot.partition.offset}`, value }, channel, cause);
    }
    for (const [count, cause] of refused.late) {
      const name = `${count.channel}/${count.start}/${snapshot.partition.offset}`;
      await this.#setAside({ kind: 'late', name, value: count }, count.channel, cause);
    }
    return late.filter((count) => !refused.late.has(count));
  }

  #stored<T>(what: string, work: () => Promise<T>): Promise<T> {
    return this.#parts.attempt(what, work, isRefusal);
  }

  #setAside(result: Pick<RefusedResult, 'kind' | 'name' | 'value'>, channel: string, cause: string): Promise<void> {
    const { attempt, deadLetters, engine, place } = this.#parts;
    const refused = { ...result, ...place, channel, offset: engine.offset };
    return attempt('Setting a result aside', () => deadLetters.setResultAside(refused, cause));
  }
}
