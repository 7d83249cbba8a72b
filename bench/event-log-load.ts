/** What benchmarks of the event log share: producers that wait for their appends, and one reader of everything. */
import type { EventLog, NewRecord } from '../packages/server/src/ports/event-log.ts';

const PARTITIONS = 4;
const value = new Uint8Array(200).fill(0x61);

/** The topic of the repeat: a server outlives the repeats, so each has its own. */
export const benchTopic = {
  name: `bench-${Date.now()}-0`,
  count: 0,
  next(): void {
    this.count += 1;
    this.name = `bench-${Date.now()}-${this.count}`;
  },
};

export interface Load {
  readonly name: string;
  readonly producers: number;
  readonly batch: number;
}

export const loads: readonly Load[] = [
  { name: '1 producer', producers: 1, batch: 1 },
  { name: '100 producers', producers: 100, batch: 1 },
  { name: '10 producers, batches of 100', producers: 10, batch: 100 },
];

export interface Measured {
  readonly perSecond: number;
  /** of this process, µs of CPU time per record */
  readonly cpuPerRecord: number;
}

export interface MeasuredAppends extends Measured {
  readonly p50Ms: number;
  readonly p99Ms: number;
}

export async function makeTopic(eventLog: EventLog): Promise<void> {
  await eventLog.createTopic({ name: benchTopic.name, partitions: PARTITIONS, retentionMs: 86_400_000 });
}

/** Every producer appends its next batch when the one before is stored. */
export async function measureAppends(eventLog: EventLog, load: Load, runMs: number): Promise<MeasuredAppends> {
  const latenciesMs: number[] = [];
  const measure = startMeasure();
  const endAt = performance.now() + runMs;
  const produce = async (producer: number): Promise<number> => {
    const record: NewRecord = { partition: producer % PARTITIONS, value };
    const records = Array.from({ length: load.batch }, () => record);
    let appended = 0;
    for (let now = performance.now(); now < endAt;) {
      await eventLog.append(benchTopic.name, records);
      const acknowledgedAt = performance.now();
      latenciesMs.push(acknowledgedAt - now);
      now = acknowledgedAt;
      appended += load.batch;
    }
    return appended;
  };
  const counts = await Promise.all(Array.from({ length: load.producers }, (_, producer) => produce(producer)));
  const measured = measure(counts.reduce((sum, count) => sum + count, 0));
  latenciesMs.sort((a, b) => a - b);
  const quantile = (share: number) => latenciesMs[Math.floor(latenciesMs.length * share)] ?? Number.NaN;
  return { ...measured, p50Ms: quantile(0.5), p99Ms: quantile(0.99) };
}

export async function measureScan(eventLog: EventLog): Promise<Measured> {
  const from = new Map(Array.from({ length: PARTITIONS }, (_, partition) => [partition, 0]));
  const measure = startMeasure();
  let records = 0;
  for await (const batch of eventLog.read({ topic: benchTopic.name, from, follow: false }))
    records += batch.records.length;
  return measure(records);
}

function startMeasure(): (records: number) => Measured {
  const startedAt = performance.now();
  const cpu = process.cpuUsage();
  return (records) => {
    const { user, system } = process.cpuUsage(cpu);
    const seconds = (performance.now() - startedAt) / 1_000;
    return { perSecond: records / seconds, cpuPerRecord: (user + system) / records };
  };
}
