import { bridgePositions, runBridge } from '../../stream/bridge.ts';
import { createDeadLetters } from '../../stream/dead-letters.ts';
import type { Channels } from '../channels/index.ts';
import type { StartRun } from '../run.ts';
import type { Reactions } from './index.ts';
import { createTallyPublisher } from './tally-publisher.ts';

/** Copies the classic single records to `activity`, and counts them for the viewers. */
export const bridgeRawEmotes: StartRun<Reactions, { channels: Channels }> = async (_reactions, platform, needs) => {
  const { activity, clock, config, eventLog, logger, metrics } = platform;
  const stopping = new AbortController();
  const tallies = createTallyPublisher(platform);
  const from = await bridgePositions(eventLog, config.rawTopic);
  const { rawTopic } = config;
  const { signal } = stopping;
  const run = runBridge(
    {
      eventLog,
      channels: needs.channels,
      tallies,
      deadLetters: createDeadLetters({ eventLog, logger, metrics }),
      clock,
      logger,
      metrics,
      rawTopic,
      activityPartitions: activity.partitions,
      signal,
    },
    from,
  ).catch((error: unknown) => {
    metrics.errors.inc({ part: 'analyzer' });
    logger.error({ error: String(error) }, 'The bridge of raw emotes has ended');
  });
  return {
    async [Symbol.asyncDispose]() {
      stopping.abort();
      await run;
      tallies[Symbol.dispose]();
    },
  };
};
