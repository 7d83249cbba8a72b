import { ERRORS } from '@ovation/protocol';
import { z } from 'zod';
import type { EventLog, LogRecord } from '../../ports/event-log.ts';
import { HttpProblem } from '../../http/answers/http-problem.ts';

export interface RecordsRequest {
  readonly topic: string;
  /** partition → first offset wanted, or one for all of them; undefined = the newest records */
  readonly from: ReadonlyMap<number, number> | number | undefined;
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

export interface RecordsPage {
  readonly data: ShownRecord[];
  /** where the next page begins in each partition */
  readonly next: ReadonlyMap<number, number>;
  /** whether it holds something already */
  readonly hasMore: boolean;
}

/** Records of the wanted partitions of a topic in the order of their append times, at most `limit`. */
export async function readRecords(eventLog: EventLog, request: RecordsRequest): Promise<RecordsPage> {
  const { from, limit, topic } = request;
  const info = await eventLog.describeTopic(topic);
  if (!info) throw new HttpProblem(ERRORS.notFound, { text: `There is no topic ${topic}` });
  const [earliest, ends] = await Promise.all([eventLog.earliestOffsets(topic), eventLog.endOffsets(topic)]);
  const starts = startsOf(
    from,
    ends.map((end) => end - limit),
    topic,
  );
  const perPartition = await Promise.all(
    Array.from(starts, async ([partition, wanted]) => {
      const start = Math.max(earliest[partition] ?? 0, wanted);
      return start < (ends[partition] ?? 0) ? readPartition(eventLog, topic, { partition, start, limit }) : [];
    }),
  );
  const records = perPartition.flat().toSorted(byAppendTime);
  const page = from === undefined ? records.slice(-limit) : records.slice(0, limit);
  const next = new Map(starts);
  // Append times never fall in a partition, so what is shown of each is its beginning; of the newest, its end.
  for (const { offset, partition } of page) next.set(partition, offset + 1);
  if (from === undefined) for (const [partition, end] of ends.entries()) next.set(partition, end);
  const hasMore = Array.from(next).some(([partition, offset]) => offset < (ends[partition] ?? 0));
  return { data: page.map(shown), next, hasMore };
}

/** @throws HttpProblem 400 for a partition that the topic has not */
function startsOf(from: RecordsRequest['from'], newest: readonly number[], topic: string): ReadonlyMap<number, number> {
  if (from === undefined) return new Map(newest.entries());
  if (typeof from === 'number') return new Map(Array.from(newest.keys(), (partition) => [partition, from]));
  const unknown = Array.from(from.keys()).find((partition) => partition >= newest.length);
  if (unknown === undefined) return from;
  throw new HttpProblem(ERRORS.validation, {
    details: [
      { field: 'from', reason: `${topic} has partitions 0 to ${newest.length - 1}, there is no partition ${unknown}` },
    ],
  });
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
