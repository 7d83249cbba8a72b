import type { EventLog } from '../ports/event-log.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { streamMetrics } from './metrics.ts';

/** The event log, whose appends tell the metrics how long they took; those that fail as well. */
export function measureAppends(eventLog: EventLog, clock: { elapsed(): number }, metrics: Metrics): EventLog {
  const { appendLatency } = streamMetrics(metrics);
  return {
    async append(topic, records) {
      const startedMs = clock.elapsed();
      try {
        return await eventLog.append(topic, records);
      } finally {
        appendLatency.observe((clock.elapsed() - startedMs) / 1_000);
      }
    },
    retries: () => eventLog.retries?.() ?? 0,
    createTopic: (spec) => eventLog.createTopic(spec),
    keepFor: (topic, retentionMs) => eventLog.keepFor(topic, retentionMs),
    describeTopic: (topic) => eventLog.describeTopic(topic),
    topics: () => eventLog.topics(),
    topicNames: () => eventLog.topicNames(),
    read: (options) => eventLog.read(options),
    endOffsets: (topic) => eventLog.endOffsets(topic),
    earliestOffsets: (topic) => eventLog.earliestOffsets(topic),
    offsetAt: (topic, partition, atMs) => eventLog.offsetAt(topic, partition, atMs),
    commit: (group, topic, positions) => eventLog.commit(group, topic, positions),
    committed: (group, topic) => eventLog.committed(group, topic),
    join: (options) => eventLog.join(options),
    [Symbol.asyncDispose]: () => eventLog[Symbol.asyncDispose](),
  };
}
