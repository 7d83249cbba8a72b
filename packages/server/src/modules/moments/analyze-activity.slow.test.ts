import { setImmediate } from 'node:timers/promises';
import { TOPICS } from '@ovation/protocol';
import { expect, it, onTestFinished } from 'vitest';
import { createManualClock } from '../../../test/support/manual-clock.ts';
import { createMemoryDatabase } from '../../../test/support/memory-database.ts';
import type { Platform } from '../../platform.ts';
import type { GroupOptions } from '../../ports/event-log.ts';
import { ProgressWatch } from '../../stream/progress-watch.ts';
import { silentLogger } from '../../telemetry/logger.ts';
import { createMetrics } from '../../telemetry/metrics.ts';
import type { Channels } from '../channels/index.ts';
import { feedMigrations } from '../feeds/index.ts';
import { analyzeActivity } from './analyze-activity.ts';
import type { Moments } from './index.ts';
import { momentMigrations } from './migrations.ts';
import { createPartitionStore } from './partition-store.ts';

/** An analyzer whose stored position belongs to another topic, so that its run of partition 0 ends at once. */
async function start() {
  const database = await createMemoryDatabase([...feedMigrations, ...momentMigrations]);
  onTestFinished(() => database[Symbol.asyncDispose]());
  const other = { topic: TOPICS.activity, topicId: 'another', partition: 0, aggregatedTopic: 'aggregated' };
  await createPartitionStore({ database, ...other }).takeOver();
  const clock = createManualClock();
  const [logger, metrics] = [silentLogger(), createMetrics()];
  const group = Promise.withResolvers<GroupOptions>();
  const eventLog = {
    append: () => Promise.resolve([]),
    endOffsets: () => Promise.resolve([9]),
    join: (options: GroupOptions) => {
      group.resolve(options);
      return Promise.resolve({ held: [], [Symbol.asyncDispose]: () => Promise.resolve() });
    },
  };
  const progress = new ProgressWatch({ eventLog, clock, logger, metrics, topic: TOPICS.activity });
  const config = { aggregatedTopic: 'aggregated', rawTopic: 'raw', topics: 'shared' };
  // Of the platform and of its modules this run needs no more.
  const platform = { activity: { id: 'ours', partitions: 1 }, clock, config, database, eventLog, logger, metrics };
  const moments = { progress, noteCounted: () => undefined } as unknown as Moments;
  const needs = { channels: {} as Channels };
  const running = await analyzeActivity(moments, platform as unknown as Platform, needs);
  onTestFinished(() => running[Symbol.asyncDispose]());
  return { clock, progress, group: await group.promise };
}

it('a partition whose run has failed stands still for as long as this process holds it, and not when it has moved', async () => {
  const { clock, group, progress } = await start();
  group.onAssigned([0]);
  while (progress.reasons().length === 0) {
    clock.advance(1_000);
    await setImmediate();
  }
  expect(progress.reasons()).toEqual([expect.stringContaining('partition 0')]);
  await group.onRevoked([0]);
  expect(progress.reasons()).toEqual([]);
});
