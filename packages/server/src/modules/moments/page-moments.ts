import type { Moment } from '@ovation/protocol';
import { type Kysely, sql } from 'kysely';
import type { Database } from '../../ports/database.ts';
import type { MomentTables, momentTable } from './tables.ts';

/** A place in the list of moments: neither of the two ever changes, so pages fit however many come in between. */
export interface MomentPlace {
  /** start of the window, ISO 8601 UTC */
  readonly at: string;
  readonly id: string;
}

export interface MomentsWanted {
  readonly after?: MomentPlace | undefined;
  readonly limit: number;
  readonly broadcastId?: string | undefined;
  /** name of a detector */
  readonly detector?: string | undefined;
  /** as a key or as shown */
  readonly emote?: { readonly key: string; readonly shown: string } | undefined;
  /** first and last start of a window, ISO 8601; both belong to it */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

export interface MomentsPage {
  readonly moments: Moment[];
  /** the last of this page when there are more */
  readonly next: MomentPlace | undefined;
}

/** Latest window first; the latest revision of each. Moments that come in meanwhile neither repeat nor hide another. */
export async function pageMoments(database: Database, channel: string, wanted: MomentsWanted): Promise<MomentsPage> {
  const tables = database.readSql.withTables<MomentTables>();
  const of = (table: ReturnType<typeof momentTable>) =>
    tables.selectFrom(wantedOf(tables, table, channel, wanted).as(table)).selectAll();
  const rows = await of('significant_moments')
    .unionAll(of('audience_moments'))
    .orderBy('timestamp', 'desc')
    .orderBy('id', 'desc')
    .limit(wanted.limit + 1)
    .execute();
  const last = rows.length > wanted.limit ? rows[wanted.limit - 1] : undefined;
  return {
    moments: rows.slice(0, wanted.limit).map(({ body }) => body),
    next: last && { at: last.timestamp.toISOString(), id: last.id },
  };
}

/** The page as far as one table has it. */
function wantedOf(
  tables: Kysely<MomentTables>,
  table: ReturnType<typeof momentTable>,
  channel: string,
  wanted: MomentsWanted,
) {
  let query = tables
    .selectFrom(table)
    .select(['id', 'timestamp', 'body'])
    .where('channel', '=', channel)
    .orderBy('timestamp', 'desc')
    .orderBy('id', 'desc')
    .limit(wanted.limit + 1);
  const { after, broadcastId, detector, emote, from, to } = wanted;
  if (after) query = query.where(sql<boolean>`("timestamp", id) < (${after.at}::timestamptz, ${after.id}::text)`);
  if (broadcastId !== undefined) query = query.where(sql<boolean>`body ->> 'broadcastId' = ${broadcastId}`);
  if (detector !== undefined) query = query.where(sql<boolean>`body ->> 'detector' = ${detector}`);
  if (emote) query = query.where(sql<boolean>`(body ->> 'emote' = ${emote.key} or emote = ${emote.shown})`);
  if (from !== undefined) query = query.where(sql<boolean>`"timestamp" >= ${from}::timestamptz`);
  if (to !== undefined) query = query.where(sql<boolean>`"timestamp" <= ${to}::timestamptz`);
  return query;
}
