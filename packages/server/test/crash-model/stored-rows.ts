import { channelFeed } from '@ovation/protocol';
import { sql } from 'kysely';
import type { Database } from '../../src/ports/database.ts';

/** What a run of the model owns in the database. */
export interface RowsOwner {
  readonly topic: string;
  readonly partition: number;
  readonly channels: readonly string[];
}

export type SavedRows = ReadonlyMap<string, readonly object[]>;

/** Table → condition for the rows of one run, in terms of $topic, $partition, $channels and $feeds. */
function tablesOf({ channels, partition, topic }: RowsOwner) {
  const inChannels = sql`channel = any(${channels})`;
  const inFeeds = sql`feed = any(${channels.map((channel) => channelFeed(channel))})`;
  const inPartition = sql`topic = ${topic} and partition = ${partition}::int`;
  return new Map([
    ['significant_moments', inChannels],
    ['audience_moments', inChannels],
    ['activity_windows', inChannels],
    ['late_counts', inChannels],
    ['forgotten_channels', inChannels],
    ['analyzer_partitions', inPartition],
    ['analyzer_channels', inPartition],
    ['feeds', inFeeds],
    ['entries', inFeeds],
    ['outbox', sql`(${inFeeds} or key = any(${channels}))`],
  ]);
}

export async function saveRows(database: Database, owner: RowsOwner): Promise<SavedRows> {
  const tables = tablesOf(owner);
  const columns = [...tables].map(
    ([table, condition]) =>
      sql`(select coalesce(json_agg(t), '[]') from ${sql.table(table)} t where ${condition}) as ${sql.ref(table)}`,
  );
  const { rows } = await sql<Record<string, object[]>>`select ${sql.join(columns)}`.execute(database.sql);
  return new Map([...tables.keys()].map((table) => [table, rows[0]?.[table] ?? []]));
}

/** Takes the run's rows back to what was saved; an empty map removes them. */
export async function restoreRows(database: Database, owner: RowsOwner, saved: SavedRows): Promise<void> {
  await database.unitOfWork(async (uow) => {
    for (const [table, condition] of tablesOf(owner)) {
      await sql`delete from ${sql.table(table)} where ${condition}`.execute(uow.sql);
      const rows = saved.get(table) ?? [];
      if (rows.length === 0) continue;
      const given = JSON.stringify(rows);
      await sql`insert into ${sql.table(table)} select * from json_populate_recordset(null::${sql.table(table)}, ${given}::json)`.execute(
        uow.sql,
      );
    }
  });
}
