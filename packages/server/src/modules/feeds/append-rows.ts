import { TOPICS } from '@ovation/protocol';
import type { EventLog, NewRecord } from '../../ports/event-log.ts';
import { storeOrSetAside } from '../../refusal.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { OutboxRow } from './outbox-store.ts';

/** Of a record that the log refuses, the dead letter keeps this much of the body. */
const DEAD_BODY_LENGTH = 64_000;

export interface AppendParts {
  readonly eventLog: EventLog;
  readonly logger: Logger;
}

/**
 * Appends rows of one topic, in order, in one call. Rows that the log refuses for good become dead letters: one bad record
 * does not hold up the others.
 * @throws EventLogError that is retryable, or any other error: the rows wait then.
 */
export async function appendRows(parts: AppendParts, topic: string, rows: readonly OutboxRow[]): Promise<void> {
  await storeOrSetAside(
    rows,
    (some) => parts.eventLog.append(topic, some.map(recordOf)),
    (row, cause) => setAside(parts, row, cause),
  );
}

function recordOf(row: OutboxRow): NewRecord {
  const value = row.feed === null ? row.bodyText : feedEntryText(row);
  return row.partition === null ? { key: row.key, value } : { partition: row.partition, key: row.key, value };
}

/** `FeedEntry` of the protocol; the body is put in as the text it is. */
function feedEntryText({ feed, epoch, seq, bodyText }: OutboxRow): string {
  return `${JSON.stringify({ feed, epoch, seq }).slice(0, -1)},"body":${bodyText}}`;
}

async function setAside({ eventLog, logger }: AppendParts, row: OutboxRow, cause: string): Promise<void> {
  const { bodyText, feed, id, key, seq, topic } = row;
  logger.error({ cause, outboxId: id, topic, key, feed, seq }, 'The event log refuses a record; set aside');
  const letter = { topic, key, feed, seq, cause, body: bodyText.slice(0, DEAD_BODY_LENGTH) };
  const headers = { 'dead-letter-cause': cause };
  await eventLog.append(TOPICS.deadLetter, [{ key: `outbox/${id}`, value: JSON.stringify(letter), headers }]);
}
