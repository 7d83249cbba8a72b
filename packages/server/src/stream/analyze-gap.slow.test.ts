import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { openLmdbEventLog } from '../adapters/lmdb/event-log.ts';
import { openPgliteDatabase } from '../adapters/pglite/database.ts';
import { readMigrations } from '../modules/migrations.ts';
import { createPartitionStore } from '../modules/moments/index.ts';
import { createManualClock } from '../../test/support/manual-clock.ts';
import { silentLogger } from '../telemetry/logger.ts';
import { createMetrics } from '../telemetry/metrics.ts';
import { analyzeToEnd } from './rebuild-partition.ts';

const HOUR = 3_600_000;

it('records that retention took before they were analysed are written down, and the rest is analysed', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'ovation-gap-'));
  const clock = createManualClock();
  const logger = silentLogger();
  {
    await using eventLog = await openLmdbEventLog({ folder, clock });
    await using database = await openPgliteDatabase({
      folder: 'memory://',
      migrations: readMigrations(),
      clock,
      logger,
    });
    const { id: topicId } = await eventLog.createTopic({ name: 'activity', partitions: 1, retentionMs: HOUR });
    const append = (seq: number) => {
      const ch = { one: { e: { 'unicode:1f525': 1 }, r: 1, m: 0, a: 0, f: {} } };
      const value = JSON.stringify({ k: 'd', src: 'g', seq, t: clock.now(), ch });
      return eventLog.append('activity', [{ partition: 0, value }]);
    };
    const place = { topic: 'activity', partition: 0 };
    const analyze = () =>
      analyzeToEnd({
        ...place,
        eventLog,
        store: createPartitionStore({ database, ...place, topicId, aggregatedTopic: 'aggregated-emote-data' }),
        engine: {},
        channels: { aliases: () => Promise.resolve(new Map()) },
        deadLetters: { setAside: () => Promise.resolve(), setResultAside: () => Promise.resolve() },
        clock,
        logger,
        metrics: createMetrics(),
        signal: new AbortController().signal,
        onRecords: () => undefined,
      });
    await append(0);
    await analyze();
    for (const seq of [1, 2, 3]) await append(seq);
    // The group commits ahead, so that it does not hold the records back: retention removes them, as above its hard limit.
    await eventLog.commit('server-b-group', 'activity', new Map([[0, 99]]));
    clock.advance(2 * HOUR);
    while ((await eventLog.earliestOffsets('activity'))[0] !== 4) await new Promise(setImmediate);
    await append(4);
    await analyze();
    const { rows } = await sql`select from_offset, to_offset, noticed_at from analyzer_gaps`.execute(database.sql);
    expect(rows).toEqual([{ from_offset: 1, to_offset: 4, noticed_at: new Date(clock.now()) }]);
    const position = await sql`select "offset" from analyzer_partitions`.execute(database.sql);
    expect(position.rows).toEqual([{ offset: 4 }]);
  }
  await rm(folder, { recursive: true });
});
