import type { Clock } from '../../ports/clock.ts';
import {
  checkAddend,
  checkTake,
  checkTtl,
  EphemeralKindError,
  type EphemeralStore,
  type ScoredMember,
  type ScoreRange,
  type Taken,
  type Window,
} from '../../ports/ephemeral-store.ts';
import { SortedSet } from './ephemeral-store-scores.ts';
import { SlidingWindow } from './ephemeral-store-window.ts';

const MAX_KEYS = 200_000;
const SWEEP_EVERY_MS = 1_000;
/** A sweep looks at this many keys, so that it never holds anybody up; the next goes on where it stopped. */
const SWEPT_AT_ONCE = 2_000;

type Held =
  | { readonly kind: 'value'; readonly held: string }
  | { readonly kind: 'counter'; readonly held: { n: number } }
  | { readonly kind: 'sorted set'; readonly held: SortedSet }
  | { readonly kind: 'window'; readonly held: SlidingWindow };
type Kind = Held['kind'];
type HeldOf<K extends Kind> = Extract<Held, { kind: K }>['held'];
type Entry = Held & { expiresAt: number };

interface InProcess extends EphemeralStore {
  /** keys in memory, also those that ran out and were not swept yet */
  heldKeys(): number;
}

/**
 * The store within one process. How long something lasts is judged by time that has passed: a machine's clock that is set
 * forth must not give a limit twice. At most `maxKeys`: beyond that what has run out goes, then what was added first, which
 * for a rate limit means an empty window and for a session a look into the database.
 */
export function createInProcessEphemeralStore(parts: { clock: Clock; maxKeys?: number }): InProcess {
  return new InProcessEphemeralStore(parts.clock, parts.maxKeys ?? MAX_KEYS);
}

class InProcessEphemeralStore implements InProcess {
  readonly #clock: Clock;
  readonly #maxKeys: number;
  readonly #entries = new Map<string, Entry>();
  readonly #sweeping: Disposable;
  #swept: MapIterator<[string, Entry]> | undefined;

  constructor(clock: Clock, maxKeys: number) {
    this.#clock = clock;
    this.#maxKeys = maxKeys;
    this.#sweeping = clock.every(SWEEP_EVERY_MS, () => this.#sweep());
  }

  heldKeys(): number {
    return this.#entries.size;
  }

  async get(key: string): Promise<string | undefined> {
    return this.#find(key, 'value')?.held;
  }

  async getAndTouch(key: string, ttlMs: number): Promise<string | undefined> {
    const entry = this.#find(key, 'value');
    if (entry) entry.expiresAt = this.#after(ttlMs);
    return entry?.held;
  }

  async set(key: string, value: string, ttlMs: number): Promise<void> {
    this.#find(key, 'value');
    this.#put(key, { kind: 'value', held: value, expiresAt: this.#after(ttlMs) });
  }

  async setIfAbsent(key: string, value: string, ttlMs: number): Promise<boolean> {
    if (this.#live(key)) return false;
    this.#put(key, { kind: 'value', held: value, expiresAt: this.#after(ttlMs) });
    return true;
  }

  async delete(key: string): Promise<boolean> {
    return this.#live(key) !== undefined && this.#entries.delete(key);
  }

  async increment(key: string, by: number, ttlMs: number): Promise<number> {
    checkAddend(by);
    const counter = this.#findOrMake(key, 'counter', ttlMs, () => ({ n: 0 }));
    counter.held.n += by;
    return counter.held.n;
  }

  async addScore(set: string, member: string, score: number, ttlMs: number): Promise<boolean> {
    const entry = this.#findOrMake(set, 'sorted set', ttlMs, () => new SortedSet());
    entry.expiresAt = this.#after(ttlMs);
    return entry.held.add(member, score);
  }

  async range(set: string, range: ScoreRange): Promise<ScoredMember[]> {
    return this.#find(set, 'sorted set')?.held.range(range) ?? [];
  }

  async rank(set: string, member: string): Promise<number | undefined> {
    return this.#find(set, 'sorted set')?.held.rank(member);
  }

  async size(set: string): Promise<number> {
    return this.#find(set, 'sorted set')?.held.size ?? 0;
  }

  async removeMember(set: string, member: string): Promise<boolean> {
    return this.#find(set, 'sorted set')?.held.remove(member) ?? false;
  }

  async removeByScore(set: string, from: number, to: number): Promise<number> {
    return this.#find(set, 'sorted set')?.held.removeRange(from, to) ?? 0;
  }

  async take(key: string, window: Window, cost = 1): Promise<Taken> {
    checkTake(window, cost);
    const entry = this.#findOrMake(key, 'window', 1, () => new SlidingWindow());
    const taken = entry.held.take(window, cost, this.#clock.elapsed());
    // A window that is empty again is as good as none.
    entry.expiresAt = this.#clock.elapsed() + taken.resetMs + 1;
    return taken;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#sweeping[Symbol.dispose]();
    this.#entries.clear();
  }

  #after(ttlMs: number): number {
    checkTtl(ttlMs);
    return this.#clock.elapsed() + ttlMs;
  }

  #live(key: string): Entry | undefined {
    const entry = this.#entries.get(key);
    if (!entry || entry.expiresAt > this.#clock.elapsed()) return entry;
    this.#entries.delete(key);
    return undefined;
  }

  #find<K extends Kind>(key: string, kind: K): { readonly held: HeldOf<K>; expiresAt: number } | undefined {
    const entry = this.#live(key);
    if (entry && entry.kind !== kind) throw new EphemeralKindError(key, entry.kind, kind);
    // The kind was compared on the line above, which the compiler does not follow through the type parameter.
    return entry as { readonly held: HeldOf<K>; expiresAt: number } | undefined;
  }

  #findOrMake<K extends Kind>(key: string, kind: K, ttlMs: number, make: () => HeldOf<K>) {
    const known = this.#find(key, kind);
    if (known) return known;
    const made = { kind, held: make(), expiresAt: this.#after(ttlMs) };
    this.#put(key, made as unknown as Entry); // one member of the union, chosen by `kind`
    return made;
  }

  #put(key: string, entry: Entry): void {
    if (!this.#entries.has(key) && this.#entries.size >= this.#maxKeys) this.#makeRoom();
    this.#entries.set(key, entry);
  }

  #makeRoom(): void {
    this.#removeExpired(this.#entries.entries(), this.#entries.size);
    for (const key of this.#entries.keys()) {
      if (this.#entries.size < this.#maxKeys) return;
      this.#entries.delete(key);
    }
  }

  #sweep(): void {
    this.#swept ??= this.#entries.entries();
    if (this.#removeExpired(this.#swept, SWEPT_AT_ONCE)) this.#swept = undefined;
  }

  /** Whether it came to the end. */
  #removeExpired(entries: MapIterator<[string, Entry]>, atMost: number): boolean {
    const now = this.#clock.elapsed();
    for (let looked = 0; looked < atMost; looked++) {
      const next = entries.next();
      if (next.done) return true;
      const [key, { expiresAt }] = next.value;
      if (expiresAt <= now) this.#entries.delete(key);
    }
    return false;
  }
}
