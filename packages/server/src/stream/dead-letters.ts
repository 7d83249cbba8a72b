import { TOPICS } from '@ovation/protocol';
import type { EventLog, LogRecord, NewRecord } from '../ports/event-log.ts';
import { isRefusal } from '../refusal.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { streamMetrics } from './metrics.ts';

/** Something that was derived from records and that the database refuses as data. */
export interface RefusedResult {
  readonly kind: 'moment' | 'window' | 'late' | 'state';
  /** the same for every repeat of it, e.g. id and revision of a moment */
  readonly name: string;
  readonly channel: string;
  readonly topic: string;
  readonly partition: number;
  /** offset of the last record that was applied when it was refused */
  readonly offset: number;
  /** JSON-serialisable */
  readonly value: unknown;
}

export interface DeadLetters {
  /**
   * Sets a record aside with its cause. The key is topic/partition/offset, so repeats of a record have the same key.
   */
  setAside(record: LogRecord, cause: string): Promise<void>;
  /** Sets a result aside with its cause, its channel and its place. The key is kind/name. */
  setResultAside(result: RefusedResult, cause: string): Promise<void>;
}

/** Of a letter that the log refuses as too large, this much of the value is kept. */
const SHORT_LENGTH = 64_000;

export function createDeadLetters(parts: {
  eventLog: Pick<EventLog, 'append'>;
  logger: Logger;
  metrics: Metrics;
}): DeadLetters {
  const { logger } = parts;
  const { deadLetters, resultsRefused } = streamMetrics(parts.metrics);
  return {
    async setAside(record, cause) {
      const { headers, offset, partition, topic, value } = record;
      const place = `${topic}/${partition}/${offset}`;
      await append(parts, {
        key: place,
        value,
        headers: { ...headers, 'dead-letter-cause': cause, 'dead-letter-source': place },
      });
      deadLetters.inc({ topic });
      logger.warn({ topic, partition, offset, cause }, 'Record set aside');
    },
    async setResultAside({ channel, kind, name, offset, partition, topic, value }, cause) {
      const headers = {
        'dead-letter-cause': cause,
        'dead-letter-source': `${topic}/${partition}/${offset}`,
        'dead-letter-channel': channel,
      };
      await append(parts, { key: `${kind}/${name}`, value: JSON.stringify(value), headers });
      resultsRefused.inc({ kind });
      logger.error(
        { topic, partition, offset, channel, kind, name, cause },
        'The database refuses a result; set aside',
      );
    },
  };
}

/** A letter that is too large is cut: one letter must not stop what it was to let pass. */
async function append(
  { eventLog, logger }: { eventLog: Pick<EventLog, 'append'>; logger: Logger },
  letter: NewRecord & { readonly value: string | Uint8Array },
): Promise<void> {
  try {
    await eventLog.append(TOPICS.deadLetter, [letter]);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const { headers, key, value } = letter;
    const short = {
      key: key ?? null,
      value: value.slice(0, SHORT_LENGTH),
      headers: { ...headers, 'dead-letter-cut': 'yes' },
    };
    await eventLog.append(TOPICS.deadLetter, [short]).catch((refusal: unknown) => {
      if (!isRefusal(refusal)) throw refusal;
      logger.error({ key, error: String(refusal) }, 'A dead letter cannot be written, not even cut: it is lost');
    });
  }
}
