import { TOPICS } from '@ovation/protocol';
import { EventLogError, type EventLog, type NewRecord } from '../../ports/event-log.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { OutboxRow } from './outbox-store.ts';

/** Of a record that the log refuses, the dead letter keeps this much of the body. */
const DEAD_BODY_LENGTH = 64_000;

export interface AppendParts {
  readonly eventLog: EventLog;
  readonly logger: Logger;
}

/**
 * Appends rows of one topic, in order, in one call. When the log refuses them for good they go one by one, and the
 * refused ones become dead letters: one bad record does not hold up the others.
 * @throws EventLogError that is retryable, or any other error: the rows wait then.
 */
export async function appendRows(parts: AppendParts, topic: string, rows: readonly OutboxRow[]): Promise<void> {
  try {
    await parts.eventLog.append(topic, rows.map(recordOf));
  } catch (error) {
    if (!isRefusal(error)) throw error;
    if (rows.length > 1) for (const row of rows) await appendRows(parts, topic, [row]);
    else await setAside(parts, rows, error);
  }
}

function recordOf(row: OutboxRow): NewRecord {
  const value = row.feed === null ? row.bodyText : feedEntryText(row);
  return row.partition === null ? { key: row.key, value } : { partition: row.partition, key: row.key, value };
}

/** `FeedEntry` of the protocol; the body is put in as the text it is. */
function feedEntryText({ feed, epoch, seq, bodyText }: OutboxRow): string {
  return `${JSON.stringify({ feed, epoch, seq }).slice(0, -1)},"body":${bodyText}}`;
}

async function setAside(
  { eventLog, logger }: AppendParts,
  rows: readonly OutboxRow[],
  cause: EventLogError,
): Promise<void> {
  for (const { id, topic, key, feed, seq, bodyText } of rows) {
    logger.error({ err: cause, outboxId: id, topic, key, feed, seq }, 'The event log refuses a record; set aside');
    const letter = {
      topic,
      key,
      feed,
      seq,
      cause: cause.code,
      message: cause.message,
      body: bodyText.slice(0, DEAD_BODY_LENGTH),
    };
    await eventLog.append(TOPICS.deadLetter, [{ key: `outbox/${id}`, value: JSON.stringify(letter) }]);
  }
}

function isRefusal(error: unknown): error is EventLogError {
  return error instanceof EventLogError && !error.retryable && error.code !== 'disk_full';
}
