import { expect, vi } from 'vitest';
import type { EventLog, LogRecord, NewRecord, ReadOptions } from './event-log.ts';
import type { ManualClock } from './manual-clock.ts';

/** What the parts of the event log's contract share. */
export interface EventLogUnderTest {
  readonly log: EventLog;
  /** the clock that gives append times */
  readonly clock: ManualClock;
  /** Closes the log and opens what is on disk. */
  readonly reopen: () => Promise<EventLog>;
}

export const HOUR_MS = 3_600_000;
export const MINUTE_MS = 60_000;

/** The log of the running test; `log` is the one that was opened last. */
export class Subject {
  log: EventLog;
  readonly clock: ManualClock;
  readonly #reopen: () => Promise<EventLog>;

  constructor({ log, clock, reopen }: EventLogUnderTest) {
    this.log = log;
    this.clock = clock;
    this.#reopen = reopen;
  }

  async reopen(): Promise<void> {
    this.log = await this.#reopen();
  }

  topic(name: string, partitions = 1, retentionMs = HOUR_MS) {
    return this.log.createTopic({ name, partitions, retentionMs });
  }

  /** Everything that is there now, as text, in offset order. */
  async texts(topic: string, partition = 0, from = 0): Promise<string[]> {
    return (await this.records(topic, partition, from)).map(({ value }) => text(value));
  }

  async records(topic: string, partition = 0, from = 0): Promise<LogRecord[]> {
    const records: LogRecord[] = [];
    for await (const batch of this.log.read({ topic, from: new Map([[partition, from]]), follow: false })) {
      records.push(...batch.records);
    }
    return records;
  }
}

export type GetSubject = () => Subject;

export function text(value: Uint8Array): string {
  return Buffer.from(value).toString();
}

export function numbered(count: number, name = 'record'): NewRecord[] {
  return Array.from({ length: count }, (_, n) => ({ partition: 0, value: `${name} ${n}` }));
}

export async function drain(log: EventLog, options: ReadOptions): Promise<void> {
  for await (const batch of log.read(options)) expect(batch.records.length).toBeGreaterThan(0);
}

/** Each record in a call of its own. */
export async function appendOneByOne(log: EventLog, topic: string, count: number): Promise<void> {
  for (const record of numbered(count)) await log.append(topic, [record]);
}

export async function untilEarliest(subject: GetSubject, topic: string, earliest: number): Promise<void> {
  const look = async () => expect(await subject().log.earliestOffsets(topic)).toEqual([earliest]);
  await vi.waitFor(look, { timeout: 200_000, interval: 5 });
}
