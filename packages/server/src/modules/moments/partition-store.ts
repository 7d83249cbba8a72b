import type { ClosedWindow, EngineSnapshot, AnalyzedPartition } from '@ovation/moments';
import { channelFeed, classicMoment, type Moment } from '@ovation/protocol';
import { sql } from 'kysely';
import type { Database, UnitOfWork } from '../../ports/database.ts';
import {
  FencedError,
  type LateCount,
  type PartitionLease,
  type PartitionStore,
  TopicReplacedError,
} from '../../stream/partition-store.ts';
import { forgetChannels, withoutForgotten } from './forget-channels.ts';
import { findRefused } from './find-refused.ts';
import { type MomentTables, momentTable } from './tables.ts';

export interface PartitionStoreParts {
  readonly database: Database;
  readonly topic: string;
  readonly topicId: string;
  readonly partition: number;
  /** classic topic of the moments */
  readonly aggregatedTopic: string;
  /** for a rebuild: the rows come back, but feeds and topics get nothing again */
  readonly isSilent?: boolean;
}

/** A close of very many channels becomes several short transactions. */
const WINDOWS_AT_ONCE = 200;

/** PostgreSQL takes 65,535 parameters: a minute may end in many channels at once, and would be tried again for ever. */
const ROWS_PER_STATEMENT = 1_000;

/** Late counts older than this before the newest one share one row: hostile stamps must not make endless rows. */
const LATE_MEMORY_MS = 86_400_000;

export function createPartitionStore(parts: PartitionStoreParts): PartitionStore {
  const { database, topic, partition } = parts;
  const fenced = (generation: number, work: (uow: UnitOfWork) => Promise<void>) =>
    database.unitOfWork(async (uow) => {
      await fence(uow, parts, generation);
      await work(uow);
    });
  return {
    windowsAtOnce: WINDOWS_AT_ONCE,
    takeOver: () => database.unitOfWork((uow) => takeOver(uow, parts)),
    publish: (generation, moments) => fenced(generation, (uow) => publish(uow, parts, moments)),
    storeWindows: (generation, closed) => fenced(generation, (uow) => storeWindows(uow, parts, closed)),
    forget: (generation, gone) => fenced(generation, (uow) => forgetChannels(uow, gone)),
    recordGap: (generation, { appendedAt, from, to }) =>
      fenced(generation, async (uow) => {
        await uow.sql
          .withTables<MomentTables>()
          .insertInto('analyzer_gaps')
          .values({ topic, partition, from_offset: from, to_offset: to, noticed_at: new Date(appendedAt) })
          .onConflict((conflict) => conflict.doNothing())
          .execute();
      }),
    async storeSnapshot(generation, snapshot, late) {
      await fenced(generation, async (uow) => {
        await storePosition(uow, parts, snapshot.partition);
        await addLateCounts(uow, late);
        await storeChannels(uow, { topic, partition }, snapshot);
      });
    },
    refusedOf: (generation, snapshot, late) =>
      findRefused(
        {
          run: (work) => fenced(generation, work),
          storeChannels: (uow, some) => storeChannels(uow, { topic, partition }, some),
          addLateCounts,
        },
        snapshot,
        late,
      ),
  };
}

async function storePosition(
  uow: UnitOfWork,
  { topic, partition }: PartitionStoreParts,
  state: AnalyzedPartition,
): Promise<void> {
  await uow.sql
    .withTables<MomentTables>()
    .updateTable('analyzer_partitions')
    .set({ offset: state.offset, state: JSON.stringify(state) })
    .where('topic', '=', topic)
    .where('partition', '=', partition)
    .execute();
}

/** Locks the partition's row first, so that a paused owner that wakes up can write nothing (flows.md row 7). */
async function fence(uow: UnitOfWork, parts: PartitionStoreParts, generation: number): Promise<void> {
  const { topic, partition } = parts;
  const row = await uow.sql
    .withTables<MomentTables>()
    .selectFrom('analyzer_partitions')
    .select('generation')
    .where('topic', '=', topic)
    .where('partition', '=', partition)
    .forUpdate()
    .executeTakeFirst();
  if (row?.generation !== generation) throw new FencedError(topic, partition);
}

async function takeOver(uow: UnitOfWork, { topic, topicId, partition }: PartitionStoreParts): Promise<PartitionLease> {
  const tables = uow.sql.withTables<MomentTables>();
  const fresh = { offset: -1, watermark: 0, appendedAt: 0, holdUntil: 0, sources: {} };
  const row = await tables
    .insertInto('analyzer_partitions')
    .values({ topic, partition, topic_id: topicId, generation: 1, offset: -1, state: JSON.stringify(fresh) })
    .onConflict((conflict) =>
      conflict.columns(['topic', 'partition']).doUpdateSet({ generation: sql`analyzer_partitions.generation + 1` }),
    )
    .returning(['generation', 'topic_id', 'offset', 'state'])
    .executeTakeFirstOrThrow();
  if (row.topic_id !== topicId) throw new TopicReplacedError(topic);
  // A log that replaced a damaged one is read from its beginning, with the windows and settings that are stored.
  if (row.offset < 0 && row.state.watermark === 0) return { generation: row.generation, from: undefined };
  const channels = await tables
    .selectFrom('analyzer_channels')
    .select(['channel', 'state'])
    .where('topic', '=', topic)
    .where('partition', '=', partition)
    .execute();
  const states = new Map(channels.map(({ channel, state }) => [channel, state]));
  return { generation: row.generation, from: { partition: row.state, channels: states } };
}

async function publish(uow: UnitOfWork, parts: PartitionStoreParts, moments: readonly Moment[]): Promise<void> {
  const living = await ofLiving(uow, parts, moments);
  const fresh = await notStoredYet(uow, living);
  if (fresh.length === 0) return;
  for (const [table, own] of Map.groupBy(fresh, ({ detector }) => momentTable(detector))) {
    await upsertMoments(uow, table, own);
  }
  if (parts.isSilent) return;
  for (const moment of fresh) {
    const key = `${moment.id}:${moment.rev}`;
    uow.appendFeed({ feed: channelFeed(moment.channel), key, body: { y: 'moment', d: moment } });
  }
  for (const [channel, holding] of aggregatedByChannel(fresh)) {
    uow.appendOutbox({ topic: parts.aggregatedTopic, key: channel, body: holding.map(classicMoment) });
  }
}

/** After a crash the log is applied again from the snapshot: what was published before must not go out twice. */
async function notStoredYet(uow: UnitOfWork, moments: readonly Moment[]): Promise<Moment[]> {
  const ids = [...new Set(moments.map(({ id }) => id))];
  const tables = uow.sql.withTables<MomentTables>();
  const of = (table: ReturnType<typeof momentTable>) =>
    tables
      .selectFrom(table)
      .select(['id', 'rev'])
      // One parameter, however many there are.
      .where('id', 'in', sql<string>`(select json_array_elements_text(${JSON.stringify(ids)}::json))`);
  const starts = moments.map(({ windowStart }) => Date.parse(windowStart)).toSorted((a, b) => a - b);
  // The times keep the other months out: a start never changes for an id of the classic rule.
  const classic = of('significant_moments')
    .where('timestamp', '>=', new Date(starts.at(0) ?? 0))
    .where('timestamp', '<=', new Date(starts.at(-1) ?? 0));
  const rows = await classic.unionAll(of('audience_moments')).execute();
  const stored = new Map(rows.map(({ id, rev }) => [id, rev]));
  return moments.filter(({ id, rev }) => rev > (stored.get(id) ?? 0));
}

/** A rebuild knows of deletions by the log alone: what it derives of a deleted channel goes when it comes to the deletion. */
async function ofLiving(
  uow: UnitOfWork,
  { isSilent = false }: PartitionStoreParts,
  moments: readonly Moment[],
): Promise<readonly Moment[]> {
  if (isSilent) return moments;
  return withoutForgotten(uow, moments, ({ channel, settingsVersion: version }) => ({ channel, version }));
}

async function storeWindows(
  uow: UnitOfWork,
  { isSilent = false }: PartitionStoreParts,
  closed: readonly ClosedWindow[],
): Promise<void> {
  const living = isSilent
    ? closed
    : await withoutForgotten(uow, closed, ({ channel, settingsVersion: version }) => ({ channel, version }));
  if (living.length === 0) return;
  const rows = living.map((window) => ({
    channel: window.channel,
    window_start: new Date(window.start),
    collected: window.collected,
    counts: JSON.stringify(window.counts),
    settings_version: window.settingsVersion,
    broadcast_id: window.broadcastId,
  }));
  await uow.sql
    .withTables<MomentTables>()
    .insertInto('activity_windows')
    .values(rows)
    .onConflict((conflict) =>
      conflict.columns(['channel', 'window_start']).doUpdateSet((eb) => ({
        collected: eb.ref('excluded.collected'),
        counts: eb.ref('excluded.counts'),
        settings_version: eb.ref('excluded.settings_version'),
        broadcast_id: eb.ref('excluded.broadcast_id'),
      })),
    )
    .execute();
}

/** `created_at` is the log's time of the first revision, so that rebuilt rows have the order of the first ones. */
async function upsertMoments(
  uow: UnitOfWork,
  table: ReturnType<typeof momentTable>,
  moments: readonly Moment[],
): Promise<void> {
  const firsts = new Map(moments.toReversed().map(({ id, detectedAt }) => [id, detectedAt]));
  const rows = newestRevisions(moments).map((moment) => ({
    id: moment.id,
    emote: moment.display,
    timestamp: new Date(moment.windowStart),
    count: moment.count,
    total: moment.total,
    ratio: moment.ratio,
    channel: moment.channel,
    rev: moment.rev,
    created_at: new Date(firsts.get(moment.id) ?? moment.detectedAt),
    body: JSON.stringify(moment),
  }));
  for (let from = 0; from < rows.length; from += ROWS_PER_STATEMENT) {
    await uow.sql
      .withTables<MomentTables>()
      .insertInto(table)
      .values(rows.slice(from, from + ROWS_PER_STATEMENT))
      .onConflict((conflict) =>
        conflict
          .columns(table === 'significant_moments' ? ['id', 'timestamp'] : ['id'])
          .doUpdateSet((eb) => ({
            emote: eb.ref('excluded.emote'),
            count: eb.ref('excluded.count'),
            total: eb.ref('excluded.total'),
            ratio: eb.ref('excluded.ratio'),
            rev: eb.ref('excluded.rev'),
            body: eb.ref('excluded.body'),
          }))
          .whereRef(`${table}.rev`, '<', 'excluded.rev'),
      )
      .execute();
  }
}

async function storeChannels(
  uow: UnitOfWork,
  place: { topic: string; partition: number },
  { channels, removed }: EngineSnapshot,
): Promise<void> {
  const tables = uow.sql.withTables<MomentTables>();
  if (removed.length > 0) {
    await tables
      .deleteFrom('analyzer_channels')
      .where('topic', '=', place.topic)
      .where('partition', '=', place.partition)
      .where('channel', 'in', removed)
      .execute();
  }
  if (channels.size === 0) return;
  await tables
    .insertInto('analyzer_channels')
    .values([...channels].map(([channel, state]) => ({ ...place, channel, state: JSON.stringify(state) })))
    .onConflict((conflict) =>
      conflict.columns(['topic', 'partition', 'channel']).doUpdateSet((eb) => ({ state: eb.ref('excluded.state') })),
    )
    .execute();
}

/**
 * Added, not set: the transaction also moves the position, so a crash repeats both or neither. That keeps late counts
 * out of the snapshot, where hostile stamps could make them grow without end.
 */
async function addLateCounts(uow: UnitOfWork, late: readonly LateCount[]): Promise<void> {
  const sums = new Map<string, Omit<LateCount, 'appendedAt'>>();
  for (const { appendedAt, channel, start, n } of late) {
    const kept = start < appendedAt - LATE_MEMORY_MS ? 0 : start;
    const key = `${channel} ${kept}`;
    sums.set(key, { channel, start: kept, n: (sums.get(key)?.n ?? 0) + n });
  }
  if (sums.size === 0) return;
  // One statement and one parameter: hostile stamps may name every minute of a day in every channel.
  const rows = [...sums.values()].map(({ channel, start, n }) => ({ channel, at: new Date(start).toISOString(), n }));
  await sql`
    insert into late_counts (channel, window_start, n)
    select channel, at, n from json_to_recordset(${JSON.stringify(rows)}::json) late (channel text, at timestamptz, n bigint)
    on conflict (channel, window_start) do update set n = late_counts.n + excluded.n
  `.execute(uow.sql);
}

function newestRevisions(moments: readonly Moment[]): Moment[] {
  const newest = new Map<string, Moment>();
  for (const moment of moments) {
    const known = newest.get(moment.id);
    if (!known || known.rev < moment.rev) newest.set(moment.id, moment);
  }
  return [...newest.values()];
}

/** Only `ratio` moments that hold go to the classic topic (flows.md B2.4). */
function aggregatedByChannel(moments: readonly Moment[]): Map<string, Moment[]> {
  const holding = moments.filter(({ detector, holds }) => detector === 'ratio' && holds);
  return Map.groupBy(holding, (moment) => moment.channel);
}
