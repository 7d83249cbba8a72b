import { channelNameSchema } from '@ovation/protocol';
import type { Clock } from '../ports/clock.ts';
import type { EventLog } from '../ports/event-log.ts';
import type { Logger } from '../telemetry/logger.ts';

/** So many topics of single streamers are read, and so many are made: each costs every broker files and memory. */
export const STREAMER_TOPICS_MAX = 200;
const LOOK_EVERY_MS = 2_000;

/** The topic of one streamer beside a topic that all share (S2-17, ruling C14). */
export function streamerTopic(shared: string, channel: string): string {
  return `${shared}-streamer-${channel}`;
}

/** What stands behind the name of the shared topic: a channel name, or anything else. Undefined for other topics. */
export function streamerIn(shared: string, topic: string): string | undefined {
  const start = streamerTopic(shared, '');
  return topic.startsWith(start) ? topic.slice(start.length) : undefined;
}

export interface StreamerTopicsParts {
  readonly eventLog: Pick<EventLog, 'topicNames'>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** the topic that all channels share */
  readonly shared: string;
}

/** Finds the topics of single streamers, new ones within two seconds. They are only ever found, never forgotten. */
export class StreamerTopics implements Disposable {
  readonly #parts: StreamerTopicsParts;
  readonly #channels = new Set<string>();
  readonly #leftOut = new Set<string>();
  readonly #followers = new Set<(channel: string) => void>();
  #timer: Disposable | undefined;
  #isLooking = false;

  constructor(parts: StreamerTopicsParts) {
    this.#parts = parts;
  }

  /** Resolves after the first look. */
  async start(): Promise<void> {
    await this.#look();
    this.#timer = this.#parts.clock.every(LOOK_EVERY_MS, () => void this.#look());
  }

  /** Tells `onFound` every channel that has a topic, and those that get one later. */
  follow(onFound: (channel: string) => void): Disposable {
    this.#followers.add(onFound);
    for (const channel of this.#channels) onFound(channel);
    return { [Symbol.dispose]: () => void this.#followers.delete(onFound) };
  }

  [Symbol.dispose](): void {
    this.#timer?.[Symbol.dispose]();
    this.#followers.clear();
  }

  async #look(): Promise<void> {
    if (this.#isLooking) return;
    this.#isLooking = true;
    const { eventLog, logger, shared } = this.#parts;
    try {
      for (const topic of await eventLog.topicNames()) {
        const name = streamerIn(shared, topic);
        if (name !== undefined) this.#found(topic, name);
      }
    } catch (error) {
      logger.debug({ error: String(error) }, 'The topics of the event log could not be listed');
    } finally {
      this.#isLooking = false;
    }
  }

  #found(topic: string, channel: string): void {
    const { logger } = this.#parts;
    if (this.#channels.has(channel) || this.#leftOut.has(topic)) return;
    const isFull = this.#channels.size >= STREAMER_TOPICS_MAX;
    if (isFull || !channelNameSchema.safeParse(channel).success) {
      // A list of names that are never read is bounded by the topics that the brokers have.
      this.#leftOut.add(topic);
      const reason = isFull
        ? `${STREAMER_TOPICS_MAX} topics of streamers are read, the most there can be`
        : 'what follows "-streamer-" is not a channel name';
      logger.warn({ topic }, `Topic ${topic} is not read: ${reason}`);
      return;
    }
    this.#channels.add(channel);
    logger.info({ topic, channel }, 'The topic of a streamer is read');
    for (const tell of this.#followers) tell(channel);
  }
}
