import { ERRORS } from '@ovation/protocol';
import { Problem } from '../../problem.ts';
import { bridgePositions, type ChannelMaking, runBridge } from '../../stream/bridge.ts';
import { createDeadLetters } from '../../stream/dead-letters.ts';
import type { Channels } from '../channels/index.ts';
import type { StartRun } from '../run.ts';
import type { Reactions } from './index.ts';
import { createTallyPublisher } from './tally-publisher.ts';

/** Copies the classic single records to `activity`, and counts them for the viewers. */
export const bridgeRawEmotes: StartRun<Reactions, { channels: Channels }> = async (_reactions, platform, needs) => {
  const { config, eventLog, logger, metrics } = platform;
  const stopping = new AbortController();
  const tallies = createTallyPublisher(platform);
  const from = await bridgePositions(eventLog, config.rawTopic);
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
  const { signal } = stopping;
  const deadLetters = createDeadLetters(platform);
  const run = runBridge({ platform, channels, tallies, deadLetters, signal }, from).catch((error: unknown) => {
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
