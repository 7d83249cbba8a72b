import { createHash } from 'node:crypto';
import type { AnalyzedChannel } from '@ovation/moments';
import { sql } from 'kysely';
import type { Database } from '../../ports/database.ts';

/** What was derived from the log, and can be derived again. */
export interface ReadModels {
  /**
   * sha256 over the ordered rows of significant_moments, audience_moments, activity_windows and late_counts. Left out are the shown name
   * of an emote, which follows its channel's latest alias, and `created_at`.
   */
  hash(): Promise<string>;
  /** Settings in force by channel, as the analyzer of `topic` knows them. */
  analyses(topic: string): Promise<{ partition: number; channel: string; state: AnalyzedChannel }[]>;
  /** Removes the rows of windows from `sinceMs` on and the analyzer's state of `topic`, in one transaction. */
  wipe(topic: string, sinceMs: number): Promise<void>;
}

const PAGE = 2_000;

/** Ordered by key. As text, because `json` keeps every digit; in UTC, because a server has a time zone of its own. */
const TABLES = [
  `select json_build_array(id, "timestamp" at time zone 'UTC', count, total, ratio, channel, rev, body - 'display')::text as line
     from significant_moments order by id collate "C"`,
  `select json_build_array(id, "timestamp" at time zone 'UTC', count, total, ratio, channel, rev, body - 'display')::text as line
     from audience_moments order by id collate "C"`,
  `select json_build_array(channel, window_start at time zone 'UTC', collected, counts, settings_version, broadcast_id)::text as line
     from activity_windows order by channel collate "C", window_start`,
  `select json_build_array(channel, window_start at time zone 'UTC', n)::text as line
     from late_counts order by channel collate "C", window_start`,
];

export function createReadModels(database: Database): ReadModels {
  return {
    async hash() {
      const hash = createHash('sha256');
      for (const table of TABLES) {
        for (let offset = 0; ; offset += PAGE) {
          const page = sql<{ line: string }>`${sql.raw(table)} limit ${PAGE}::int offset ${offset}::int`;
          const { rows } = await page.execute(database.sql);
          for (const { line } of rows) hash.update(`${line}\n`);
          if (rows.length < PAGE) break;
        }
        hash.update('\n');
      }
      return hash.digest('hex');
    },

    async analyses(topic) {
      const known = sql<{
        partition: number;
        channel: string;
        state: AnalyzedChannel;
      }>`select partition, channel, state from analyzer_channels where topic = ${topic}`;
      return (await known.execute(database.sql)).rows;
    },

    async wipe(topic, sinceMs) {
      const since = new Date(sinceMs);
      await database.unitOfWork(async (uow) => {
        await sql`delete from significant_moments where "timestamp" >= ${since}`.execute(uow.sql);
        await sql`delete from audience_moments where "timestamp" >= ${since}`.execute(uow.sql);
        await sql`delete from activity_windows where window_start >= ${since}`.execute(uow.sql);
        // Stamps of hostile age share the row of 1970: it belongs to no window, and comes back only with the whole log.
        await sql`delete from late_counts where window_start >= ${since}`.execute(uow.sql);
        await sql`delete from analyzer_channels where topic = ${topic}`.execute(uow.sql);
        await sql`delete from analyzer_partitions where topic = ${topic}`.execute(uow.sql);
      });
    },
  };
}
