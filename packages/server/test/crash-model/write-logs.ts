import { TOPICS } from '@ovation/protocol';
import type { EventLog } from '../../src/ports/event-log.ts';
import type { ManualClock } from '../support/manual-clock.ts';
import { randomLog, type TimedRecord } from './random-log.ts';
import { type LoggedRecord, type Reference, referenceOf } from './reference.ts';
import type { ModelRun } from './run-model.ts';

export interface PreparedRun {
  readonly run: ModelRun;
  readonly reference: Reference;
  readonly records: readonly LoggedRecord[];
}

/**
 * Writes one log into each partition of a fresh topic, all at the same pace by the log's own clock: one group commit
 * serves them all, which is what makes hundreds of logs cheap.
 */
export async function writeLogs(
  eventLog: EventLog,
  clock: ManualClock,
  seeds: readonly number[],
  topic = 'activity-model',
): Promise<PreparedRun[]> {
  // Twenty seconds into a minute, so that windows end in the middle of things.
  const startAt = Math.ceil(clock.now() / 60_000) * 60_000 + 20_000;
  const { id } = await eventLog.createTopic({ name: topic, partitions: seeds.length, retentionMs: 86_400_000 });
  const logs = seeds.map((seed) => randomLog(seed, startAt));
  const steps = Map.groupBy(
    logs.flatMap(({ records }, partition) => records.map((record) => ({ ...record, partition }))),
    ({ at }) => at,
  );
  for (const [at, records] of [...steps].toSorted(([one], [other]) => one - other)) {
    clock.raiseTo(startAt + at);
    await eventLog.append(topic, records.map(withoutTime));
  }
  return Promise.all(
    logs.map(async (log, partition) => {
      const records = await readBack(eventLog, topic, partition);
      const run = {
        seed: seeds[partition] ?? 0,
        topic,
        topicId: id,
        partition,
        channels: log.channels,
        hasSurge: log.hasSurge,
        aggregatedTopic: TOPICS.aggregatedEmoteData,
      };
      return { run, reference: referenceOf(records, log.hasSurge), records };
    }),
  );
}

function withoutTime({ partition, value }: TimedRecord & { partition: number }) {
  return { partition, value };
}

async function readBack(eventLog: EventLog, topic: string, partition: number): Promise<LoggedRecord[]> {
  const decoder = new TextDecoder();
  const records: LoggedRecord[] = [];
  for await (const batch of eventLog.read({ topic, from: new Map([[partition, 0]]), follow: false })) {
    for (const { appendedAt, offset, value } of batch.records)
      records.push({ appendedAt, offset, value: decoder.decode(value) });
  }
  return records;
}
