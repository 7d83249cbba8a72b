import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Moment } from '@ovation/protocol';
import { sql } from 'kysely';
import { expect, it, onTestFinished } from 'vitest';
import { openPgliteDatabase } from '../../adapters/pglite/database.ts';
import { createManualClock } from '../../../test/support/manual-clock.ts';
import { silentLogger } from '../../telemetry/logger.ts';
import { feedMigrations } from '../feeds/index.ts';
import { momentMigrations } from './migrations.ts';
import { createPartitionStore } from './partition-store.ts';

const T0 = Date.UTC(2026, 0, 1);

function revision(n: number, rev: number): Moment {
  return {
    id: `m${n}`,
    rev,
    channel: `channel-${n % 1_000}`,
    broadcastId: null,
    detector: n % 7 === 0 ? 'surge' : 'ratio',
    emote: 'unicode:1f525',
    display: '🔥',
    windowStart: new Date(T0).toISOString(),
    count: 1,
    total: 2,
    ratio: 0.5,
    final: false,
    holds: true,
    settingsVersion: 1,
    detectedAt: T0,
  };
}

it('stores the revisions of a minute that ends in a thousand channels, once, and adds late counts up', async () => {
  const root = await mkdtemp(path.join(tmpdir(), 'ovation-moments-'));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  // The database leaves a copy beside its folder.
  const folder = path.join(root, 'db');
  const migrations = [...feedMigrations, ...momentMigrations];
  await using database = await openPgliteDatabase({
    folder,
    migrations,
    clock: createManualClock(),
    logger: silentLogger(),
  });
  const place = { topic: 'activity', topicId: 'a', partition: 0, aggregatedTopic: 'aggregated' };
  const store = createPartitionStore({ database, ...place });
  const { generation } = await store.takeOver();
  // More than one statement has parameters for.
  const moments = Array.from({ length: 8_000 }, (_, n) => [revision(n, 1), revision(n, 2)]).flat();
  await store.publish(generation, moments);
  await store.publish(generation, moments);
  const late = [0, 1, 1].map((minute) => ({ channel: 'one', start: T0 + 60_000 * minute, n: 2, appendedAt: T0 }));
  const position = { offset: 7, watermark: 0, appendedAt: T0, holdUntil: 0, sources: {} };
  const snapshot = { partition: position, channels: new Map(), removed: [] };
  for (let time = 0; time < 2; time += 1) await store.storeSnapshot(generation, snapshot, late);
  const count = async (from: string) =>
    Number((await sql<{ n: number }>`select count(*) as n from ${sql.table(from)}`.execute(database.sql)).rows[0]?.n);
  expect(await count('entries')).toBe(16_000);
  expect((await count('significant_moments')) + (await count('audience_moments'))).toBe(8_000);
  const counted = await sql`select n::int from late_counts order by window_start`.execute(database.sql);
  expect(counted.rows).toEqual([{ n: 4 }, { n: 8 }]);
  const { rows } = await sql`select distinct rev from significant_moments`.execute(database.sql);
  expect(rows).toEqual([{ rev: 2 }]);
});
