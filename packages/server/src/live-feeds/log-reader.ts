import { feedEntrySchema, partitionOf, TOPICS, type FeedEntry } from '@ovation/protocol';
import type { Clock } from '../ports/clock.ts';
import type { EventLog, LogRecord, RecordBatch } from '../ports/event-log.ts';
import type { Logger } from '../telemetry/logger.ts';

/** A log that does not answer must not keep subscribers waiting: heads cover for it. */
const ASSIGN_WAIT_MS = 2_000;
const RETRY_MS = 1_000;

export interface FeedLogReaderParts {
  readonly eventLog: EventLog;
  readonly clock: Clock;
  readonly logger: Logger;
  received(entry: FeedEntry): void;
}

/**
 * Follows the partitions of topic `feeds` that hold local feeds, from their ends. It never seeks back: what it missed is
 * covered by heads and fills (flows.md B3.5).
 */
export class FeedLogReader implements AsyncDisposable {
  readonly #parts: FeedLogReaderParts;
  readonly #wanted = new Set<string>();
  #partitionCount: number | undefined;
  /** next offset of each partition that is being read */
  #positions = new Map<number, number>();
  #endsBefore: readonly number[] = [];
  #controller: AbortController | undefined;
  #isStale = false;
  #isAlive = false;
  #missedSome = false;
  #isStopped = false;
  #waiting: { feed: string; resolve: () => void }[] = [];
  #loop: Promise<void> | undefined;
  #wake: (() => void) | undefined;

  constructor(parts: FeedLogReaderParts) {
    this.#parts = parts;
  }

  /** Resolves when everything appended to the feed from now on will be received, or after 2 s without a log. */
  async follow(feed: string): Promise<void> {
    this.#wanted.add(feed);
    if (this.#isAssigned(feed)) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.push({ feed, resolve });
    this.#isStale = true;
    this.#controller?.abort();
    this.#loop ??= this.#run();
    using _patience = this.#parts.clock.after(ASSIGN_WAIT_MS, resolve);
    await promise;
    this.#waiting = this.#waiting.filter((waiter) => waiter.resolve !== resolve);
  }

  /** Its partition is read on until the next change of the assignment. */
  unfollow(feed: string): void {
    this.#wanted.delete(feed);
  }

  /** Whether entries older than the last call may not have been received. Call it every 2 s. */
  async isBehind(): Promise<boolean> {
    if (!this.#isAlive) return true;
    if (this.#missedSome) {
      this.#missedSome = false;
      return true;
    }
    const before = this.#endsBefore;
    this.#endsBefore = await this.#parts.eventLog.endOffsets(TOPICS.feeds).catch(() => []);
    if (this.#endsBefore.length === 0) return true;
    return [...this.#positions].some(([partition, next]) => next < (before[partition] ?? 0));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isStopped = true;
    this.#controller?.abort();
    this.#wake?.();
    await this.#loop;
  }

  #isAssigned(feed: string): boolean {
    if (!this.#isAlive || this.#partitionCount === undefined) return false;
    return this.#positions.has(partitionOf(feed, this.#partitionCount));
  }

  async #run(): Promise<void> {
    while (!this.#isStopped) {
      try {
        await this.#read();
        if (!this.#isStale && !this.#isStopped) throw new Error('The log ended');
      } catch (error) {
        if (this.#isStopped) return;
        if (this.#isAlive)
          this.#parts.logger.warn({ err: error }, 'topic feeds cannot be read; heads are asked instead');
        this.#isAlive = false;
        // It goes on at the end: one more look at the heads covers what came until then.
        this.#missedSome = true;
        this.#positions = new Map();
        await this.#pause();
      }
    }
  }

  async #pause(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = resolve;
    using _timer = this.#parts.clock.after(RETRY_MS, resolve);
    await promise;
  }

  async #read(): Promise<void> {
    const { eventLog } = this.#parts;
    const topic = await eventLog.describeTopic(TOPICS.feeds);
    if (!topic) throw new Error('There is no topic feeds yet');
    this.#partitionCount = topic.partitions;
    const ends = await eventLog.endOffsets(TOPICS.feeds);
    if (this.#isStopped) return;
    // From here to the abort controller nothing is awaited: a feed that is added later finds it.
    this.#isStale = false;
    const partitions = new Set([...this.#wanted].map((feed) => partitionOf(feed, topic.partitions)));
    this.#positions = new Map([...partitions].map((p) => [p, this.#positions.get(p) ?? ends[p] ?? 0]));
    this.#controller = new AbortController();
    this.#isAlive = true;
    for (const { feed, resolve } of this.#waiting) if (this.#isAssigned(feed)) resolve();
    const from = new Map(this.#positions);
    for await (const batch of eventLog.read({ topic: TOPICS.feeds, from, signal: this.#controller.signal })) {
      this.#receive(batch);
    }
  }

  #receive(batch: RecordBatch): void {
    this.#positions.set(batch.partition, batch.nextOffset);
    if (batch.gapFrom !== undefined) this.#missedSome = true;
    for (const record of batch.records) {
      // The key is the feed's name; entries of feeds that nobody here follows are not worth parsing.
      if (record.key !== null && !this.#wanted.has(record.key)) continue;
      const entry = decode(record);
      if (entry && this.#wanted.has(entry.feed)) this.#parts.received(entry);
    }
  }
}

const decoder = new TextDecoder();

function decode(record: LogRecord): FeedEntry | undefined {
  try {
    return feedEntrySchema.safeParse(JSON.parse(decoder.decode(record.value))).data;
  } catch {
    return undefined;
  }
}
