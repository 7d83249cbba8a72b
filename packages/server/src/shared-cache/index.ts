import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Clock } from '../ports/clock.ts';
import type { Database } from '../ports/database.ts';
import type { EphemeralStore } from '../ports/ephemeral-store.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { cacheMetrics } from './metrics.ts';

/** A reader that was held up for longer stores nothing: what it read may be older than what the store remembers of it. */
const READ_MAX_MS = 10_000;
const AGAIN_MS = 200;

export interface SharedCacheParts<Value> {
  /** of the metrics, such as `settings` */
  readonly name: string;
  readonly store: EphemeralStore;
  readonly database: Pick<Database, 'epoch' | 'isShared'>;
  readonly clock: Clock;
  readonly metrics: Metrics;
  /** what is stored is read with it: others may write to the store */
  readonly schema: z.ZodType<Value>;
  readonly ttlMs: number;
  /** A store that crashes may forget its last second: so long after a change it is told once more. */
  readonly repeatMs?: number;
}

interface Place {
  readonly key: string;
  /** what is invalidated together */
  readonly group: string;
}

const stampSchema = z.object({ generation: z.string(), epoch: z.string() });

/**
 * Answers of the database, kept in the store that all nodes share. It is right without the store, which may be away or lose
 * what it has.
 *
 * A writer draws a new generation of the group after its commit, and what was stored under another one counts no more. So a
 * reader that read the old row before the commit does no harm when it stores that afterwards: it found the generation before
 * it read. A writer that cannot reach the store tries until whatever is in there has run out.
 */
export class SharedCache<Value extends object> implements Disposable {
  readonly #parts: SharedCacheParts<Value>;
  readonly #isUsed: boolean;
  /** groups and keys that could not be invalidated → when nothing stored before can be there any more */
  readonly #owed = new Map<string, { readonly keys: readonly string[]; readonly untilMs: number }>();
  #timer: Disposable | undefined;
  #isDisposed = false;

  constructor(parts: SharedCacheParts<Value>) {
    this.#parts = parts;
    // Where the database has other clients and the store has not, a change of another process would not be heard of.
    this.#isUsed = !parts.database.isShared || parts.store.status !== undefined;
    cacheMetrics(parts.metrics);
  }

  /** @throws what `ask` throws */
  async get({ group, key }: Place, ask: () => Promise<Value>): Promise<Value> {
    if (!this.#isUsed || this.#owed.has(group)) return ask();
    const { clock, name, store } = this.#parts;
    const { requests } = cacheMetrics(this.#parts.metrics);
    const startedMs = clock.elapsed();
    let generation: string;
    try {
      const [current, text] = await Promise.all([store.get(generationKey(group)), store.get(key)]);
      generation = current ?? '';
      const known = text === undefined ? undefined : this.#read(text, generation);
      requests.inc({ cache: name, outcome: known ? 'hit' : 'miss' });
      if (known) return known;
    } catch {
      requests.inc({ cache: name, outcome: 'away' });
      return ask();
    }
    const value = await ask();
    if (clock.elapsed() - startedMs < READ_MAX_MS) await this.#store({ group, key }, value, generation);
    return value;
  }

  /**
   * To be called after a commit that changes what was stored. Resolves when no node is given the old value any more, or
   * after a tenth of a second: a store that is away is told as soon as it is back.
   * @param keys are removed at once
   */
  async invalidate(group: string, keys: readonly string[] = []): Promise<void> {
    if (!this.#isUsed) return;
    await this.#renewOrOwe(group, keys);
    const { clock, repeatMs } = this.#parts;
    if (repeatMs !== undefined) clock.after(repeatMs, () => void this.#renewOrOwe(group, keys));
  }

  [Symbol.dispose](): void {
    this.#isDisposed = true;
    this.#timer?.[Symbol.dispose]();
  }

  async #renewOrOwe(group: string, keys: readonly string[]): Promise<void> {
    if (this.#isDisposed) return;
    try {
      await this.#renew(group, keys);
      this.#owed.delete(group);
    } catch {
      // Whatever was stored before now ends by itself by then.
      const untilMs = this.#parts.clock.elapsed() + this.#parts.ttlMs + READ_MAX_MS;
      this.#owed.set(group, { keys, untilMs });
      this.#plan();
    }
  }

  /** The new generation first: from then on nothing old counts, whatever becomes of the keys. */
  async #renew(group: string, keys: readonly string[]): Promise<void> {
    const { store, ttlMs } = this.#parts;
    // Longer than anything that was stored under the old one.
    await store.set(generationKey(group), randomUUID(), 2 * (ttlMs + READ_MAX_MS));
    await Promise.all(keys.map((key) => store.delete(key)));
  }

  #plan(): void {
    if (this.#isDisposed) return;
    this.#timer ??= this.#parts.clock.after(AGAIN_MS, () => {
      this.#timer = undefined;
      void this.#payAll();
    });
  }

  async #payAll(): Promise<void> {
    for (const [group, owed] of this.#owed) {
      const { keys, untilMs } = owed;
      const isOver = this.#parts.clock.elapsed() > untilMs;
      const isDone =
        isOver ||
        (await this.#renew(group, keys).then(
          () => true,
          () => false,
        ));
      // It may have been changed again meanwhile.
      if (isDone && this.#owed.get(group) === owed) this.#owed.delete(group);
    }
    if (this.#owed.size > 0) this.#plan();
  }

  #read(text: string, generation: string): Value | undefined {
    const stored = parseJson(text);
    const stamp = stampSchema.safeParse(stored);
    if (!stamp.success || stamp.data.generation !== generation) return undefined;
    if (stamp.data.epoch !== this.#parts.database.epoch) return undefined;
    return this.#parts.schema.safeParse(stored).data;
  }

  /** Beside the value, so that clients of the classic contract find its fields where they look for them. */
  async #store({ group, key }: Place, value: Value, generation: string): Promise<void> {
    const { database, store, ttlMs } = this.#parts;
    try {
      await store.set(key, JSON.stringify({ ...value, generation, epoch: database.epoch }), ttlMs);
      // Others who read the key do not know of generations.
      const current = (await store.get(generationKey(group))) ?? '';
      if (current !== generation) await store.delete(key);
    } catch {
      // The next reader asks the database.
    }
  }
}

function generationKey(group: string): string {
  return `${group}:generation`;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
