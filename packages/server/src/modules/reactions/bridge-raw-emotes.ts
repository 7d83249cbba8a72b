import { ERRORS } from '@ovation/protocol';
import { Problem } from '../../problem.ts';
import { BRIDGE_GROUP, type ChannelMaking, runBridge } from '../../stream/bridge.ts';
import { createDeadLetters } from '../../stream/dead-letters.ts';
import { runHeldPartitions } from '../../stream/held-partitions.ts';
import type { Channels } from '../channels/index.ts';
import type { StartRun } from '../run.ts';
import type { Reactions } from './index.ts';
import { createTallyPublisher } from './tally-publisher.ts';

/** Copies the classic single records to `activity`, and counts them for the viewers. */
export const bridgeRawEmotes: StartRun<Reactions, { channels: Channels }> = async (_reactions, platform, needs) => {
  const { config, eventLog, logger, metrics } = platform;
  const tallies = createTallyPublisher(platform);
  // Whoever writes the topic has shown no token: with tokens it makes no channel, else it counts as one network.
  const isOpen = config.settingsAuth === 'open';
  const channels: ChannelMaking = {
    async ensure(name, writtenAt) {
      const found = await needs.channels.find(name);
      if (found?.archivedAt !== undefined) throw new Problem(ERRORS.channelArchived, `Channel ${name} is archived`);
      if (found && writtenAt >= Date.parse(found.createdAt)) return true;
      if (await needs.channels.isOfDeleted(name, writtenAt)) return false;
      if (found) return true;
      if (!isOpen) throw new Problem(ERRORS.channelNotFound, `There is no channel ${name}`);
      await needs.channels.ensure(name, { network: config.rawTopic });
      return true;
    },
  };
  const deadLetters = createDeadLetters(platform);
  const run = (partition: number, signal: AbortSignal) =>
    runBridge({ platform, channels, tallies, deadLetters, signal }, [partition]).catch((error: unknown) => {
      metrics.errors.inc({ part: 'analyzer' });
      logger.error({ error: String(error), partition }, 'The bridge of raw emotes has ended');
    });
  const held = await runHeldPartitions(eventLog, { group: BRIDGE_GROUP, topic: config.rawTopic, run });
  return {
    async [Symbol.asyncDispose]() {
      await held[Symbol.asyncDispose]();
      tallies[Symbol.dispose]();
    },
  };
};
