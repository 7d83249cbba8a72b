import { DEFAULT_CHANNEL, topicSpecs, TOPICS } from '@ovation/protocol';
import type { EventLog } from '../../ports/event-log.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { PartitionStore } from '../../stream/partition-store.ts';
import { streamerIn, streamerTopic, STREAMER_TOPICS_MAX } from '../../stream/streamer-topics.ts';

/** A channel that may have no topic now may have one later: it may be made anew by its owner. */
const ASK_AGAIN_MS = 60_000;

export interface MomentTopicsParts {
  readonly eventLog: Pick<EventLog, 'createTopic' | 'topicNames'>;
  /** Callers without a token make channels, but no topics. */
  readonly channels: { isOwners(name: string): Promise<boolean> };
  readonly clock: { now(): number };
  readonly logger: Logger;
  /** classic topic of the moments of all channels */
  readonly shared: string;
  /** classic topic of the emotes of all channels */
  readonly rawTopic: string;
}

/**
 * Topics of the moments of one channel each (S2-17). They are made when a channel has its first moment: for channels that
 * the owner made, and for those whose emotes have a topic of their own, which only a client of the brokers can make.
 */
export class MomentTopics {
  readonly #parts: MomentTopicsParts;
  readonly #known = new Set<string>();
  /** channels without a topic, and until when that is taken for granted */
  readonly #without = new Map<string, number>();

  constructor(parts: MomentTopicsParts) {
    this.#parts = parts;
  }

  topicOf(channel: string): string | undefined {
    return this.#known.has(channel) ? streamerTopic(this.#parts.shared, channel) : undefined;
  }

  /** Makes sure that the channels have their topics, if they may. A log that refuses does not hold the moments up. */
  async prepare(channels: Iterable<string>): Promise<void> {
    const now = this.#parts.clock.now();
    for (const channel of new Set(channels)) {
      if (this.#known.has(channel) || now < (this.#without.get(channel) ?? 0)) continue;
      if (await this.#make(channel)) this.#known.add(channel);
      else this.#without.set(channel, now + ASK_AGAIN_MS);
    }
  }

  /** The store, whose moments find their topics made. */
  over(store: PartitionStore): PartitionStore {
    return {
      ...store,
      publish: async (generation, moments) => {
        // Outside of the transaction, which may wait for the database only.
        await this.prepare(moments.map(({ channel }) => channel));
        await store.publish(generation, moments);
      },
    };
  }

  async #make(channel: string): Promise<boolean> {
    const { channels, eventLog, logger, rawTopic, shared } = this.#parts;
    const name = streamerTopic(shared, channel);
    try {
      const topics = await eventLog.topicNames();
      if (topics.includes(name)) return true;
      const isOwn = channel === DEFAULT_CHANNEL || topics.includes(streamerTopic(rawTopic, channel));
      if (!isOwn && !(await channels.isOwners(channel))) return false;
      if (topics.filter((topic) => streamerIn(shared, topic) !== undefined).length >= STREAMER_TOPICS_MAX) {
        logger.warn({ channel }, `There are already ${STREAMER_TOPICS_MAX} topics of moments, the most there can be`);
        return false;
      }
      await eventLog.createTopic({ name, partitions: 1, retentionMs: RETENTION_MS });
      logger.info({ topic: name, channel }, 'The moments of a channel have a topic of their own');
      return true;
    } catch (error) {
      logger.warn({ channel, error: String(error) }, 'The topic of a channel could not be made');
      return false;
    }
  }
}

/** As long as in the topic of all. */
const RETENTION_MS = topicSpecs('embedded').find(({ name }) => name === TOPICS.aggregatedEmoteData)?.retentionMs ?? 0;
