import { TOPICS } from '@ovation/protocol';
import type { EventLog, LogRecord } from '../ports/event-log.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { streamMetrics } from './metrics.ts';

export interface DeadLetters {
  /**
   * Sets a record aside with its cause. The key is topic/partition/offset, so repeats of a record have the same key.
   */
  setAside(record: LogRecord, cause: string): Promise<void>;
}

export function createDeadLetters(parts: {
  eventLog: Pick<EventLog, 'append'>;
  logger: Logger;
  metrics: Metrics;
}): DeadLetters {
  const { eventLog, logger } = parts;
  const { deadLetters } = streamMetrics(parts.metrics);
  return {
    async setAside(record, cause) {
      const place = `${record.topic}/${record.partition}/${record.offset}`;
      deadLetters.inc({ topic: record.topic });
      logger.warn(
        { topic: record.topic, partition: record.partition, offset: record.offset, cause },
        'Record set aside',
      );
      const headers = { ...record.headers, 'dead-letter-cause': cause, 'dead-letter-source': place };
      await eventLog.append(TOPICS.deadLetter, [{ key: place, value: record.value, headers }]);
    },
  };
}
