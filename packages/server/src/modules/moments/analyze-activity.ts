import { TOPICS } from '@ovation/protocol';
import { analyzePartition } from '../../stream/analyze-partition.ts';
import { BRIDGE_GROUP } from '../../stream/bridge.ts';
import { createDeadLetters, type DeadLetters } from '../../stream/dead-letters.ts';
import { runHeldPartitions } from '../../stream/held-partitions.ts';
import { FencedError } from '../../stream/partition-store.ts';
import { writeTicks } from '../../stream/write-ticks.ts';
import type { Channels } from '../channels/index.ts';
import type { Platform } from '../../platform.ts';
import type { StartRun } from '../run.ts';
import type { Moments } from './index.ts';
import { MomentTopics } from './moment-topics.ts';
import { createPartitionStore } from './partition-store.ts';

interface Analysis {
  readonly moments: Moments;
  readonly channels: Channels;
  readonly deadLetters: DeadLetters;
  readonly signal: AbortSignal;
  readonly topics: MomentTopics | undefined;
}

/** One run for each partition of `activity` that this process holds. */
export const analyzeActivity: StartRun<Moments, { channels: Channels }> = async (moments, platform, { channels }) => {
  const { eventLog, logger, metrics } = platform;
  const { progress } = moments;
  const deadLetters = createDeadLetters(platform);
  const { aggregatedTopic: shared, rawTopic, topics: routing } = platform.config;
  const topics = routing === 'per-streamer' ? new MomentTopics({ ...platform, channels, shared, rawTopic }) : undefined;
  const watching = progress.start();
  const run = async (partition: number, signal: AbortSignal) => {
    progress.took(partition);
    try {
      await runPartition(platform, partition, { moments, channels, deadLetters, signal, topics });
      progress.released(partition);
    } catch (error) {
      // Any other end leaves the partition without work while this process holds it, and that shall be seen.
      if (error instanceof FencedError || signal.aborted) progress.released(partition);
      else signal.addEventListener('abort', () => progress.released(partition), { once: true });
      metrics.errors.inc({ part: 'analyzer' });
      logger.error(
        { error: error instanceof Error ? error.message : String(error) },
        'A run of the analyzer has ended',
      );
    }
  };
  const held = await runHeldPartitions(eventLog, { group: BRIDGE_GROUP, topic: TOPICS.activity, run });
  return {
    async [Symbol.asyncDispose]() {
      watching[Symbol.dispose]();
      await held[Symbol.asyncDispose]();
    },
  };
};

async function runPartition(platform: Platform, partition: number, analysis: Analysis): Promise<void> {
  const { activity, config, database } = platform;
  const place = { topic: TOPICS.activity, partition };
  const { aggregatedTopic } = config;
  const { topics } = analysis;
  const stored = createPartitionStore({
    database,
    ...place,
    topicId: activity.id,
    aggregatedTopic,
    ...(topics && { ownTopicOf: (channel) => topics.topicOf(channel) }),
  });
  const store = topics ? topics.over(stored) : stored;
  // Open until the first batch says otherwise: a restart may come back to windows that only wait for time to pass.
  const ticks = writeTicks({ ...platform, ...place, hasOpenWindows: true });
  const { channels, deadLetters, moments, signal } = analysis;
  try {
    await analyzePartition({
      ...platform,
      ...place,
      store,
      engine: {},
      channels,
      deadLetters,
      signal,
      onProgress({ counted, hasOpenWindows, position }) {
        ticks.heard(hasOpenWindows);
        moments.noteCounted(counted);
        moments.progress.reached(partition, position);
      },
      onStep: () => moments.progress.moved(partition),
    });
  } finally {
    ticks[Symbol.dispose]();
  }
}
