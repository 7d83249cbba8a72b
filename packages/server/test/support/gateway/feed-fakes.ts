import { partitionOf, TOPICS, type FeedEntry } from '@ovation/protocol';
import type { EventLog, LogRecord, ReadOptions, RecordBatch } from '../../../src/ports/event-log.ts';
import type { LiveBus } from '../../../src/ports/live-bus.ts';
import type { FeedReader } from '../../../src/live-feeds/gap-filler.ts';

/** For tests: a store, a bus and a log that lose, repeat and delay on demand. */

export const EPOCH = 'test.1';
const PARTITIONS = 12;

/** Lets what was answered reach whoever waits for it. */
export async function settle(turns = 8): Promise<void> {
  for (let turn = 0; turn < turns; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

export class FakeStore implements FeedReader {
  readonly #entries = new Map<string, FeedEntry[]>();
  epoch = EPOCH;
  readonly queries: string[] = [];
  /** entries that exist no more, by seq: what a restore or a bug would do */
  readonly holes = new Set<number>();
  isDown = false;
  /** how often a gateway said that it met an entry that the store does not know */
  unknownMet = 0;

  metUnknown(): void {
    this.unknownMet += 1;
  }

  append(feed: string, body: unknown): FeedEntry {
    const entries = this.#entries.get(feed) ?? [];
    const entry = { feed, epoch: this.epoch, seq: entries.length + 1, body };
    this.#entries.set(feed, [...entries, entry]);
    return entry;
  }

  /** Goes back in time: the newest `n` entries of every feed never were. Those that stay belong to the new epoch. */
  rollBack(n: number, epoch: string): void {
    this.epoch = epoch;
    for (const [feed, entries] of this.#entries) {
      const kept = entries.slice(0, Math.max(0, entries.length - n));
      this.#entries.set(
        feed,
        kept.map((entry) => ({ ...entry, epoch })),
      );
    }
  }

  /** What `feeds.redact` does. @returns the `del` entry, which everybody has to hear */
  redact(feed: string, seq: number): FeedEntry {
    const entries = this.#entries.get(feed) ?? [];
    const at = '2026-01-01T00:00:00.000Z';
    this.#entries.set(
      feed,
      entries.map((entry) => (entry.seq === seq ? { ...entry, body: { y: 'tombstone', d: { at } } } : entry)),
    );
    return this.append(feed, { y: 'del', d: { seq, at } });
  }

  async heads(feeds: readonly string[]): Promise<Map<string, number>> {
    this.#asked('heads');
    const heads = new Map<string, number>();
    for (const feed of feeds) {
      const entries = this.#entries.get(feed);
      if (entries) heads.set(feed, entries.length);
    }
    return heads;
  }

  async read(
    feeds: readonly string[],
    limit: number,
  ): Promise<Map<string, { epoch: string; seq: number; entries: FeedEntry[] }>> {
    this.#asked('read');
    const known = feeds.filter((feed) => this.#entries.has(feed));
    return new Map(
      known.map((feed) => {
        const entries = this.#entries.get(feed) ?? [];
        const kept = entries.slice(-limit).filter(({ seq }) => !this.holes.has(seq));
        return [feed, { epoch: this.epoch, seq: entries.length, entries: kept }];
      }),
    );
  }

  async ranges(requests: readonly { feed: string; from: number; to: number }[]): Promise<FeedEntry[]> {
    this.#asked('ranges');
    return requests.flatMap(({ feed, from, to }) => {
      const entries = this.#entries.get(feed) ?? [];
      return entries.filter(({ seq }) => seq >= from && seq <= to && !this.holes.has(seq));
    });
  }

  #asked(what: string): void {
    this.queries.push(what);
    if (this.isDown) throw new Error('The store is down');
  }
}

export class FakeBus implements LiveBus {
  readonly #listeners = new Map<string, Set<(message: unknown) => void>>();
  readonly published: { subject: string; message: unknown }[] = [];

  publish(subject: string, message: unknown): void {
    const copy: unknown = structuredClone(message);
    this.published.push({ subject, message: copy });
    for (const listener of this.#listeners.get(subject) ?? []) listener(copy);
  }

  async subscribe(subject: string, listener: (message: unknown) => void): Promise<Disposable> {
    const listeners = this.#listeners.get(subject) ?? new Set();
    this.#listeners.set(subject, listeners.add(listener));
    return { [Symbol.dispose]: () => void listeners.delete(listener) };
  }

  subscribers(subject: string): number {
    return this.#listeners.get(subject)?.size ?? 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}

/** Only topic `feeds`, and only what a gateway reads of it. */
export class FakeFeedLog {
  readonly #partitions: LogRecord[][] = Array.from({ length: PARTITIONS }, () => []);
  readonly #readers = new Set<() => void>();
  /** reads and questions fail, running reads end with an error */
  isDead = false;
  /** reads stand still although records arrive */
  isFrozen = false;

  get port(): EventLog {
    // A gateway reads; the rest of the port is not there.
    return this as unknown as EventLog;
  }

  append(entry: FeedEntry): void {
    const partition = partitionOf(entry.feed, PARTITIONS);
    const value = Buffer.from(JSON.stringify(entry));
    const records = this.#partitions[partition] ?? [];
    const offset = records.length;
    records.push({ topic: TOPICS.feeds, partition, offset, appendedAt: 0, key: entry.feed, value, headers: {} });
    this.wake();
  }

  wake(): void {
    for (const wake of this.#readers) wake();
  }

  async describeTopic(name: string) {
    this.#check();
    return { name, id: 'feeds-1', partitions: PARTITIONS, retentionMs: 3_600_000 };
  }

  async endOffsets(): Promise<number[]> {
    this.#check();
    return this.#partitions.map(({ length }) => length);
  }

  async *read({ from, signal }: ReadOptions): AsyncGenerator<RecordBatch> {
    const positions = new Map(from);
    while (!signal?.aborted) {
      this.#check();
      const batch = this.#next(positions);
      if (batch) yield batch;
      else await this.#changed(signal);
    }
  }

  #next(positions: Map<number, number>): RecordBatch | undefined {
    if (this.isFrozen) return undefined;
    for (const [partition, at] of positions) {
      const records = this.#partitions[partition]?.slice(at) ?? [];
      if (records.length === 0) continue;
      positions.set(partition, at + records.length);
      return { partition, records, nextOffset: at + records.length };
    }
    return undefined;
  }

  async #changed(signal: AbortSignal | undefined): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#readers.add(resolve);
    signal?.addEventListener('abort', () => resolve(), { once: true });
    await promise;
    this.#readers.delete(resolve);
  }

  #check(): void {
    if (this.isDead) throw new Error('The log is dead');
  }
}
