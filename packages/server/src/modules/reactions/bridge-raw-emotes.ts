import { ERRORS, partitionOf } from '@ovation/protocol';
import type { Platform } from '../../platform.ts';
import { Problem } from '../../problem.ts';
import { pause } from '../../retry.ts';
import { BRIDGE_GROUP, type BridgeParts, type ChannelMaking, runBridge } from '../../stream/bridge.ts';
import { BridgeLag } from '../../stream/bridge-lag.ts';
import { createDeadLetters } from '../../stream/dead-letters.ts';
import { runHeldPartitions } from '../../stream/held-partitions.ts';
import { streamerTopic, StreamerTopics } from '../../stream/streamer-topics.ts';
import type { Channels } from '../channels/index.ts';
import type { StartRun } from '../run.ts';
import type { Reactions } from './index.ts';
import { createTallyPublisher } from './tally-publisher.ts';

/** After a bridge has ended by an error, such as a topic that was deleted. */
const AGAIN_MS = 5_000;

/** Copies the classic single records to `activity`, and counts them for the viewers. */
export const bridgeRawEmotes: StartRun<Reactions, { channels: Channels }> = async (_reactions, platform, needs) => {
  const { config, eventLog } = platform;
  const { rawTopic } = config;
  const tallies = createTallyPublisher(platform);
  const lag = new BridgeLag(platform);
  const streamers = new StreamerTopics({ ...platform, shared: rawTopic });
  const deadLetters = createDeadLetters(platform);
  const onPosition: BridgeParts['onPosition'] = (topic, partition, next) => lag.reached(topic, partition, next);
  const common = { platform, channels: channelsOf(platform, needs.channels), tallies, deadLetters, onPosition };
  const rawPartitions = (await eventLog.describeTopic(rawTopic))?.partitions ?? 1;
  await streamers.start();

  const copyStreamer = async (streamer: string, signal: AbortSignal) => {
    const topic = streamerTopic(rawTopic, streamer);
    while (!signal.aborted) {
      try {
        const partitions = (await eventLog.describeTopic(topic))?.partitions ?? 0;
        const all = Array.from({ length: partitions }, (_, partition) => partition);
        if (partitions > 0) await runBridge({ ...common, source: { topic, streamer }, signal }, all);
      } catch (error) {
        tellEnd(platform, { topic }, error);
      }
      lag.released(topic);
      await pause(platform.clock, AGAIN_MS, signal);
    }
  };
  const run = async (partition: number, signal: AbortSignal) => {
    const shared = runBridge({ ...common, signal }, [partition])
      .catch((error: unknown) => tellEnd(platform, { topic: rawTopic, partition }, error))
      .finally(() => lag.released(rawTopic, partition));
    // The topics of streamers are shared out with the partitions of the shared one: no group of their own, and one owner each.
    const own: Promise<void>[] = [];
    const following = streamers.follow((streamer) => {
      if (partitionOf(streamer, rawPartitions) === partition) own.push(copyStreamer(streamer, signal));
    });
    await aborted(signal);
    following[Symbol.dispose]();
    await Promise.all([shared, ...own]);
  };
  const held = await runHeldPartitions(eventLog, { group: BRIDGE_GROUP, topic: rawTopic, run });
  return {
    async [Symbol.asyncDispose]() {
      streamers[Symbol.dispose]();
      await held[Symbol.asyncDispose]();
      lag[Symbol.dispose]();
      tallies[Symbol.dispose]();
    },
  };
};

/** Records of a topic come without a token. Where tokens are needed they make no channel; else the topic counts as one network. */
function channelsOf({ config }: Platform, channels: Channels): ChannelMaking {
  const isOpen = config.settingsAuth === 'open';
  return {
    async ensure(name, writtenAt) {
      const found = await channels.find(name);
      if (found?.archivedAt !== undefined) throw new Problem(ERRORS.channelArchived, `Channel ${name} is archived`);
      if (found && writtenAt >= Date.parse(found.createdAt)) return true;
      if (await channels.isOfDeleted(name, writtenAt)) return false;
      if (found) return true;
      if (!isOpen) throw new Problem(ERRORS.channelNotFound, `There is no channel ${name}`);
      await channels.ensure(name, { network: config.rawTopic });
      return true;
    },
  };
}

function tellEnd({ logger, metrics }: Platform, place: object, error: unknown): void {
  metrics.errors.inc({ part: 'analyzer' });
  logger.error({ ...place, error: String(error) }, 'The bridge of raw emotes has ended');
}

function aborted(signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  if (signal.aborted) resolve();
  signal.addEventListener('abort', () => resolve(), { once: true });
  return promise;
}
