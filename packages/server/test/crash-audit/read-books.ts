import path from 'node:path';
import type { ActivityRecord } from '@ovation/protocol';
import { TOPICS } from '@ovation/protocol';
import { sql } from 'kysely';
import { openLmdbEventLog } from '../../src/adapters/lmdb/event-log.ts';
import { openPgliteDatabase } from '../../src/adapters/pglite/database.ts';
import { createSystemClock } from '../../src/adapters/system/clock.ts';
import { migrations } from '../../src/modules/index.ts';
import type { LoggedRecord } from '../../src/stream/crash-model/reference.ts';
import { sumsOf } from '../../src/stream/crash-model/reference.ts';
import { silentLog } from '../../src/telemetry/log.ts';

/** What the log of a stopped server says, without asking the server. */
export interface LogBooks {
  /** HTTP id → how many records carry it */
  readonly ids: Map<string, number>;
  /** reactions of sockets, one for each that was counted in a digest */
  readonly digests: { readonly at: number; readonly channel: string; readonly counts: Record<string, number> }[];
  /** `channel start` → reactions, by the rules of flows.md written a second time */
  readonly windows: Map<string, number>;
  readonly late: Map<string, number>;
}

export async function readLogBooks(folder: string): Promise<LogBooks> {
  const clock = createSystemClock();
  await using eventLog = await openLmdbEventLog({ folder: path.join(folder, 'log'), clock, readOnly: true });
  const books: LogBooks = { ids: new Map(), digests: [], windows: new Map(), late: new Map() };
  const earliest = await eventLog.earliestOffsets(TOPICS.activity);
  for (const [partition, offset] of earliest.entries()) {
    const records: LoggedRecord[] = [];
    const from = new Map([[partition, offset]]);
    for await (const batch of eventLog.read({ topic: TOPICS.activity, from, follow: false })) {
      for (const record of batch.records) records.push({ ...record, value: Buffer.from(record.value).toString() });
    }
    enter(books, records);
    const { late, windows } = sumsOf(records);
    for (const [place, n] of windows) books.windows.set(place, n);
    for (const [place, n] of late) books.late.set(place, n);
  }
  return books;
}

function enter({ digests, ids }: LogBooks, records: readonly LoggedRecord[]): void {
  const seen = new Set<string>();
  for (const { value } of records) {
    const record = JSON.parse(value) as ActivityRecord;
    if (record.k === 'i') for (const { id } of record.items) if (id !== undefined) ids.set(id, (ids.get(id) ?? 0) + 1);
    if (record.k !== 'd' || seen.has(`${record.src} ${record.seq}`)) continue;
    seen.add(`${record.src} ${record.seq}`);
    for (const [channel, { e }] of Object.entries(record.ch)) digests.push({ at: record.t, channel, counts: e });
  }
}

/** What the database of a stopped server says: closed windows, windows that wait, late reactions, heads of feeds. */
export interface StoredBooks {
  readonly windows: Map<string, number>;
  readonly late: Map<string, number>;
  readonly heads: Map<string, number>;
}

export async function readStoredBooks(folder: string): Promise<StoredBooks> {
  const parts = { migrations, clock: createSystemClock(), log: silentLog() };
  await using database = await openPgliteDatabase({ folder: path.join(folder, 'db'), ...parts });
  interface Sum {
    place: string;
    n: number;
  }
  const windows = await sql<Sum>`
    select channel || ' ' || (extract(epoch from window_start) * 1000)::bigint as place, collected as n from activity_windows
    union all
    select channel || ' ' || (w ->> 'start') as place, (w ->> 'collected')::bigint as n
    from analyzer_channels, jsonb_array_elements(state -> 'windows') w`.execute(database.sql);
  const late = await sql<Sum>`
    select channel || ' ' || (extract(epoch from window_start) * 1000)::bigint as place, n from late_counts`.execute(
    database.sql,
  );
  const heads = await sql<Sum>`select feed as place, seq as n from feeds`.execute(database.sql);
  const mapOf = ({ rows }: { rows: Sum[] }) => new Map(rows.map(({ n, place }) => [place, Number(n)]));
  return { windows: mapOf(windows), late: mapOf(late), heads: mapOf(heads) };
}
