import { ERRORS } from '@ovation/protocol';
import { z } from 'zod';
import type { EventLog, LogRecord } from '../../ports/event-log.ts';
import { HttpProblem } from '../../http/answers/http-problem.ts';

export interface RecordsRequest {
  readonly topic: string;
  /** first offset wanted, of every partition; undefined = the newest records */
  readonly from: number | undefined;
  readonly limit: number;
}

export const shownRecord = z.object({
  partition: z.int(),
  offset: z.int(),
  appendedAt: z.iso.datetime(),
  key: z.string().nullable(),
  headers: z.record(z.string(), z.string()),
  /** the bytes as UTF-8 text; nearly always JSON */
  value: z.string(),
});
type ShownRecord = z.output<typeof shownRecord>;

/** Records of all partitions of a topic in the order of their append times, at most `limit`. */
export async function readRecords(eventLog: EventLog, request: RecordsRequest): Promise<ShownRecord[]> {
  const { from, limit, topic } = request;
  const info = await eventLog.describeTopic(topic);
  if (!info) throw new HttpProblem(ERRORS.notFound, { text: `There is no topic ${topic}` });
  const [earliest, ends] = await Promise.all([eventLog.earliestOffsets(topic), eventLog.endOffsets(topic)]);
  const perPartition = await Promise.all(
    ends.map(async (end, partition) => {
      const start = Math.max(earliest[partition] ?? 0, from ?? end - limit);
      return start < end ? readPartition(eventLog, topic, { partition, start, limit }) : [];
    }),
  );
  const records = perPartition.flat().toSorted(byAppendTime);
  return (from === undefined ? records.slice(-limit) : records.slice(0, limit)).map(shown);
}

async function readPartition(
  eventLog: EventLog,
  topic: string,
  { limit, partition, start }: { partition: number; start: number; limit: number },
): Promise<LogRecord[]> {
  const records: LogRecord[] = [];
  const batches = eventLog.read({ topic, from: new Map([[partition, start]]), maxRecords: limit, follow: false });
  for await (const batch of batches) {
    records.push(...batch.records);
    if (records.length >= limit) break;
  }
  return records.slice(0, limit);
}

function byAppendTime(a: LogRecord, b: LogRecord): number {
  return a.appendedAt - b.appendedAt || a.partition - b.partition || a.offset - b.offset;
}

function shown(record: LogRecord): ShownRecord {
  return {
    partition: record.partition,
    offset: record.offset,
    appendedAt: new Date(record.appendedAt).toISOString(),
    key: record.key,
    headers: record.headers,
    value: Buffer.from(record.value).toString('utf8'),
  };
}
