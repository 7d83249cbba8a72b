import path from 'node:path';
import { type ActivityRecord, partitionOf, TOPICS } from '@ovation/protocol';
import { sql } from 'kysely';
import { openLmdbEventLog } from '../../../src/adapters/lmdb/event-log.ts';
import { openPgliteDatabase } from '../../../src/adapters/pglite/database.ts';
import { createSystemClock } from '../../../src/adapters/system/clock.ts';
import { readMigrations } from '../../../src/modules/migrations.ts';
import { type LoggedRecord, sumsOf } from '../../crash-model/reference.ts';
import { silentLogger } from '../../../src/telemetry/logger.ts';

interface Digest {
  /** start of its slot, ms */
  readonly at: number;
  /** when the process that wrote it wrote its first one, ms */
  since: number;
  readonly source: string;
  readonly channel: string;
  readonly counts: Record<string, number>;
}

/** What the log says, without asking the server, which may be writing to it. */
export interface LogBooks {
  /** HTTP id → how many records carry it */
  readonly ids: Map<string, number>;
  /** reactions of sockets, one for each that was counted in a digest */
  readonly digests: Digest[];
  /** `channel start` → reactions, by the rules of flows.md written a second time */
  readonly windows: Map<string, number>;
  readonly late: Map<string, number>;
  /** how long the log stood still while the busy channel was busy: append times more than 2.5 s apart, ms */
  readonly standstillsMs: number[];
}

/** @param busy a channel that always has something to say */
export async function readLogBooks(folder: string, busy: string): Promise<LogBooks> {
  const clock = createSystemClock();
  await using eventLog = await openLmdbEventLog({ folder, clock, readOnly: true });
  const books: LogBooks = { ids: new Map(), digests: [], windows: new Map(), late: new Map(), standstillsMs: [] };
  const earliest = await eventLog.earliestOffsets(TOPICS.activity);
  for (const [partition, offset] of earliest.entries()) {
    const records: LoggedRecord[] = [];
    const from = new Map([[partition, offset]]);
    for await (const batch of eventLog.read({ topic: TOPICS.activity, from, follow: false })) {
      for (const record of batch.records) records.push({ ...record, value: Buffer.from(record.value).toString() });
    }
    enter(books, records);
    if (partition === partitionOf(busy, earliest.length)) books.standstillsMs.push(...standstillsOf(records));
    const { late, windows } = sumsOf(records);
    for (const [place, n] of windows) books.windows.set(place, n);
    for (const [place, n] of late) books.late.set(place, n);
  }
  const firsts = new Map<string, number>();
  for (const { since, source } of books.digests) firsts.set(source, Math.min(since, firsts.get(source) ?? since));
  for (const digest of books.digests) digest.since = firsts.get(digest.source) ?? digest.since;
  return books;
}

function standstillsOf(records: readonly LoggedRecord[]): number[] {
  const steps = records.map(({ appendedAt }, index) => appendedAt - (records[index - 1]?.appendedAt ?? appendedAt));
  return steps.filter((ms) => ms > 2_500);
}

function enter({ digests, ids }: LogBooks, records: readonly LoggedRecord[]): void {
  const seen = new Set<string>();
  for (const { value } of records) {
    const record = JSON.parse(value) as ActivityRecord;
    if (record.k === 'i') for (const { id } of record.items) if (id !== undefined) ids.set(id, (ids.get(id) ?? 0) + 1);
    if (record.k !== 'd' || seen.has(`${record.src} ${record.seq}`)) continue;
    seen.add(`${record.src} ${record.seq}`);
    for (const [channel, { e }] of Object.entries(record.ch)) {
      digests.push({ at: record.t, since: record.t, source: record.src, channel, counts: e });
    }
  }
}

/** What the database of a stopped server says: closed windows, windows that wait, late reactions, heads of feeds. */
export interface StoredBooks {
  readonly windows: Map<string, number>;
  readonly late: Map<string, number>;
  readonly heads: Map<string, number>;
}

export async function readStoredBooks(folder: string): Promise<StoredBooks> {
  const parts = { migrations: readMigrations(), clock: createSystemClock(), logger: silentLogger() };
  await using database = await openPgliteDatabase({ folder: path.join(folder, 'db'), ...parts });
  interface Sum {
    place: string;
    n: number | bigint;
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
