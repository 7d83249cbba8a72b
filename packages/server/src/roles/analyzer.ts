import { TOPICS } from '@ovation/protocol';
import { createPartitionStore } from '../modules/moments/index.ts';
import { createTallyPublisher } from '../modules/reactions/index.ts';
import { analyzePartition } from '../stream/analyze-partition.ts';
import { bridgePositions, runBridge } from '../stream/bridge.ts';
import type { DeadLetters } from '../stream/dead-letters.ts';
import { createDeadLetters } from '../stream/dead-letters.ts';
import { writeTicks } from '../stream/write-ticks.ts';
import type { RoleParts, StartRole } from './role.ts';

/** The bridge and one run per partition of `activity`. */
export const startAnalyzer: StartRole = async (parts) => {
  const { activity, bus, channels, clock, config, eventLog, logger, metrics } = parts;
  const stopping = new AbortController();
  const deadLetters = createDeadLetters({ eventLog, logger, metrics });
  const tallies = createTallyPublisher({ bus, clock });
  // Before anything can be appended by this process: the bridge starts at the end of the topic on its first start.
  const from = await bridgePositions(eventLog, config.rawTopic);
  const bridge = runBridge(
    {
      eventLog,
      channels,
      tallies,
      deadLetters,
      clock,
      logger,
      metrics,
      rawTopic: config.rawTopic,
      activityPartitions: activity.partitions,
      signal: stopping.signal,
    },
    from,
  );
  const partitions = Array.from({ length: activity.partitions }, (_, partition) =>
    startPartition(parts, partition, { deadLetters, signal: stopping.signal }),
  );
  const runs = [bridge, ...partitions].map((run) => run.catch((error: unknown) => reportEnd(parts, error)));
  return {
    async [Symbol.asyncDispose]() {
      stopping.abort();
      await Promise.all(runs);
      tallies[Symbol.dispose]();
    },
  };
};

async function startPartition(
  parts: RoleParts,
  partition: number,
  { deadLetters, signal }: { deadLetters: DeadLetters; signal: AbortSignal },
): Promise<void> {
  const { activity, channels, clock, config, database, eventLog, logger, metrics } = parts;
  const store = createPartitionStore({
    database,
    topic: TOPICS.activity,
    topicId: activity.id,
    partition,
    aggregatedTopic: config.aggregatedTopic,
  });
  // Open until the first batch says otherwise: a restart may come back to windows that only wait for time to pass.
  const place = { topic: TOPICS.activity, partition };
  const ticks = writeTicks({ eventLog, clock, logger, ...place, hasOpenWindows: true });
  try {
    await analyzePartition({
      ...place,
      eventLog,
      store,
      channels,
      deadLetters,
      clock,
      logger,
      metrics,
      signal,
      onProgress({ counted, hasOpenWindows }) {
        ticks.heard(hasOpenWindows);
        parts.onCounted(counted);
      },
    });
  } finally {
    ticks[Symbol.dispose]();
  }
}

function reportEnd({ logger, metrics }: RoleParts, error: unknown): void {
  metrics.errors.inc({ part: 'analyzer' });
  logger.error({ error: error instanceof Error ? error.message : String(error) }, 'A run of the analyzer has ended');
}
