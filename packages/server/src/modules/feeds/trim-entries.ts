import { sql } from 'kysely';
import { DisposalStack } from '../../host/closing-stack.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Database } from '../../ports/database.ts';
import type { Logger } from '../../telemetry/logger.ts';

/** As many as a gateway replays: a client that missed more starts again with a snapshot anyway. */
const KEPT_ENTRIES = 300;
const EVERY_MS = 3_600_000;
/** A process that never lives an hour trims too, and a start has other things to do. */
const FIRST_AFTER_MS = 300_000;
/** Feeds of one statement, and rows of one feed that one statement removes: none of them holds the database up. */
const FEEDS_PER_STATEMENT = 100;
const ROWS_PER_FEED = 200;

export interface TrimmerParts {
  readonly database: Database;
  readonly clock: Clock;
  readonly logger: Logger;
  /** entries older than this go, except the newest 300 of each feed */
  readonly keptMs: number;
}

/** Removes old entries of all feeds every hour. A row of `feeds` stays for ever: a number is given once. */
export class Trimmer implements AsyncDisposable {
  readonly #parts: TrimmerParts;
  readonly #timers = new DisposalStack();
  #pass: Promise<void> | undefined;
  #isStopped = false;

  constructor(parts: TrimmerParts) {
    this.#parts = parts;
  }

  start(): void {
    const { clock } = this.#parts;
    this.#timers.use(clock.after(FIRST_AFTER_MS, () => this.#begin()));
    this.#timers.use(clock.every(EVERY_MS, () => this.#begin()));
  }

  /** One pass. @returns how many entries were removed */
  async trim(): Promise<number> {
    let removed = 0;
    let after: string | undefined = '';
    while (after !== undefined && !this.#isStopped) {
      const step: { last: string | undefined; removed: number } = await this.#trimSome(after);
      removed += step.removed;
      // A feed with more than one statement's worth stays where it is until it has no more.
      if (step.removed === 0) after = step.last;
    }
    return removed;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isStopped = true;
    this.#timers.dispose();
    await this.#pass;
  }

  #begin(): void {
    this.#pass ??= this.#run().finally(() => {
      this.#pass = undefined;
    });
  }

  async #run(): Promise<void> {
    try {
      const removed = await this.trim();
      if (removed > 0) this.#parts.logger.info({ removed }, 'Old feed entries were removed');
    } catch (error) {
      this.#parts.logger.warn({ err: error }, 'Old feed entries could not be removed; trying again in an hour');
    }
  }

  /** Entries of a feed age in their order, so the oldest numbers are looked at and no index over times is needed. */
  async #trimSome(after: string): Promise<{ last: string | undefined; removed: number }> {
    const before = new Date(this.#parts.clock.now() - this.#parts.keptMs).toISOString();
    const { rows } = await sql<{ last: string | null; removed: number }>`
      with chosen as (select feed, seq from feeds where feed > ${after} order by feed limit ${FEEDS_PER_STATEMENT}::int),
      oldest as (
        select o.feed, o.seq, o.created_at from chosen s cross join lateral (
          select e.feed, e.seq, e.created_at from entries e
          where e.feed = s.feed and e.seq <= s.seq - ${KEPT_ENTRIES}::int order by e.seq limit ${ROWS_PER_FEED}::int
        ) o
      ),
      gone as (
        delete from entries e using oldest o
        where e.feed = o.feed and e.seq = o.seq and o.created_at < ${before}::timestamptz
        returning 1
      )
      select (select max(feed) from chosen) as last, (select count(*)::int from gone) as removed
    `.execute(this.#parts.database.sql);
    return { last: rows[0]?.last ?? undefined, removed: rows[0]?.removed ?? 0 };
  }
}
