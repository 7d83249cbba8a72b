import { expect, vi } from 'vitest';
import type { Clock } from '../../src/ports/clock.ts';
import type { EventLog, LogRecord, NewRecord, ReadOptions } from '../../src/ports/event-log.ts';

/** What the parts of the event log's contract share. */
export interface EventLogUnderTest {
  readonly eventLog: EventLog;
  /** the clock that gives append times, or one that agrees with it */
  readonly clock: Pick<Clock, 'now'>;
  /** Lets at least so much time pass for the log: by a manual clock, or by waiting. */
  readonly advance: (ms: number) => Promise<void>;
  /** Closes the log and opens what is on disk. */
  readonly reopen: () => Promise<EventLog>;
  /** What the tests of retention call a minute; shorter where they have to wait for it. */
  readonly minuteMs: number;
  /** Whether retention waits for groups that have not read. */
  readonly keepsUnread: boolean;
}

export const HOUR_MS = 3_600_000;

/** The log of the running test; `log` is the one that was opened last. */
export class Subject {
  eventLog: EventLog;
  readonly clock: Pick<Clock, 'now'>;
  readonly advance: (ms: number) => Promise<void>;
  readonly minuteMs: number;
  readonly keepsUnread: boolean;
  readonly #reopen: () => Promise<EventLog>;

  constructor({ eventLog, clock, advance, reopen, minuteMs, keepsUnread }: EventLogUnderTest) {
    this.eventLog = eventLog;
    this.clock = clock;
    this.advance = advance;
    this.minuteMs = minuteMs;
    this.keepsUnread = keepsUnread;
    this.#reopen = reopen;
  }

  async reopen(): Promise<void> {
    this.eventLog = await this.#reopen();
  }

  topic(name: string, partitions = 1, retentionMs = HOUR_MS) {
    return this.eventLog.createTopic({ name, partitions, retentionMs });
  }

  /** Everything that is there now, as text, in offset order. */
  async texts(topic: string, partition = 0, from = 0): Promise<string[]> {
    return (await this.records(topic, partition, from)).map(({ value }) => text(value));
  }

  async records(topic: string, partition = 0, from = 0): Promise<LogRecord[]> {
    const records: LogRecord[] = [];
    for await (const batch of this.eventLog.read({ topic, from: new Map([[partition, from]]), follow: false })) {
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

export async function drain(eventLog: EventLog, options: ReadOptions): Promise<void> {
  for await (const batch of eventLog.read(options)) expect(batch.records.length).toBeGreaterThan(0);
}

/** Each record in a call of its own. */
export async function appendOneByOne(eventLog: EventLog, topic: string, count: number): Promise<void> {
  for (const record of numbered(count)) await eventLog.append(topic, [record]);
}

export async function untilEarliest(subject: GetSubject, topic: string, earliest: number): Promise<void> {
  const look = async () => expect(await subject().eventLog.earliestOffsets(topic)).toEqual([earliest]);
  await vi.waitFor(look, { timeout: 200_000, interval: 5 });
}
