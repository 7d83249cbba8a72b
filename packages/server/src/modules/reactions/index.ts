import { randomBytes } from 'node:crypto';
import { partitionOf, type ActivityItem, type ChannelActivity } from '@ovation/protocol';
import type { Clock } from '../../ports/clock.ts';
import { EventLogError, type EventLog } from '../../ports/event-log.ts';
import type { LiveBus } from '../../ports/live-bus.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { Metrics } from '../../telemetry/metrics.ts';
import { appendItems } from './append-items.ts';
import { DigestCollector } from './collect-digests.ts';
import { type CountedReaction, reactionsIn } from './digest-slot.ts';
import { reactionMetrics } from './metrics.ts';
import { PartitionQueue } from './partition-queue.ts';
import { createTallyPublisher } from './tally-publisher.ts';

export { createTallyPublisher } from './tally-publisher.ts';

/** Two starts of a process never draw the same source. */
const SOURCE_BYTES = 12;
/** How long a stopping process waits for a log that does not answer. */
const DRAIN_MS = 3_000;

/** The counted flow's way in: reactions become digests of topic `activity` and live tallies on the bus. */
export interface Reactions extends AsyncDisposable {
  /** Adds one reactor's reactions to the open slot of the channel's partition. No I/O. */
  count(reaction: CountedReaction): void;
  /** Whether the channel takes reactions, as far as this process knows: what is followed here is known at once. */
  isOpen(channel: string): boolean;
  /** The feed of a channel calls it when the channel is archived, deleted or opened again. */
  setOpen(channel: string, isOpen: boolean): void;
  /**
   * Writes a batch with event times of its own as `items` records. Resolves when they are durable.
   * @throws EventLogError `unavailable` (retryable) when the log does not take them within 3 s
   */
  append(channel: string, items: readonly ActivityItem[]): Promise<void>;
  /** Writes activity that was counted elsewhere, as a digest of its own; `atMs` begins its slot. No I/O. */
  addActivity(channel: string, atMs: number, activity: ChannelActivity): void;
}

export interface ReactionsParts {
  readonly eventLog: EventLog;
  readonly bus: LiveBus;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** recorded partition count of topic `activity` */
  readonly activityPartitions: number;
}

export function createReactions(parts: ReactionsParts): Reactions {
  const { clock, activityPartitions } = parts;
  reactionMetrics(parts.metrics);
  // A process start is a source of its own, so the last number need not survive a crash.
  const src = randomBytes(SOURCE_BYTES).toString('hex');
  const queues = Array.from(
    { length: activityPartitions },
    (_, partition) => new PartitionQueue({ ...parts, partition }),
  );
  const digests = new DigestCollector(clock, src, queues);
  const tallies = createTallyPublisher(parts);
  const closed = new Set<string>();
  let isStopped = false;

  return {
    count(reaction) {
      if (isStopped) return;
      digests.count(reaction);
      tallies.add(reaction.channel, reaction.key, reaction.n);
    },

    isOpen: (channel) => !closed.has(channel),

    setOpen(channel, isOpen) {
      if (isOpen) closed.delete(channel);
      else closed.add(channel);
    },

    async append(channel, items) {
      const queue = queues[partitionOf(channel, activityPartitions)];
      if (isStopped || !queue) throw new EventLogError('unavailable', 'This process is stopping');
      if (items.length === 0) return;
      await appendItems({ clock, queue, src }, channel, items);
      for (const { e, n } of items) tallies.add(channel, e, n ?? 1);
    },

    addActivity(channel, atMs, activity) {
      if (isStopped) return;
      const ch = { [channel]: activity };
      queues[partitionOf(channel, activityPartitions)]?.add((seq) => ({
        value: JSON.stringify({ k: 'd', src, seq, t: atMs, ch }),
        reactions: reactionsIn(ch),
      }));
    },

    async [Symbol.asyncDispose]() {
      if (isStopped) return;
      isStopped = true;
      digests.flush();
      digests[Symbol.dispose]();
      tallies[Symbol.dispose]();
      const { promise: tooLong, resolve } = Promise.withResolvers<void>();
      using _deadline = clock.after(DRAIN_MS, resolve);
      await Promise.race([Promise.all(queues.map((queue) => queue.drained())), tooLong]);
      for (const queue of queues) queue.abandon();
    },
  };
}
