import {
  type AppendedRecord,
  type EventLog,
  EventLogError,
  type NewRecord,
  type RecordBatch,
} from '../../src/ports/event-log.ts';

/** For tests of the relay: keeps what is appended in memory and fails when it is told to. */
export class FakeEventLog implements EventLog {
  /** One item per call of `append` that succeeded. */
  readonly calls: { topic: string; records: readonly NewRecord[] }[] = [];
  /** Thrown by the next appends for which it answers an error. */
  refuse: (topic: string, records: readonly NewRecord[]) => Error | undefined = () => undefined;

  async append(topic: string, records: readonly NewRecord[]): Promise<AppendedRecord[]> {
    const error = this.refuse(topic, records);
    if (error) throw error;
    this.calls.push({ topic, records });
    return records.map((_, offset) => ({ partition: 0, offset, appendedAt: 0 }));
  }

  /** Values of one topic in the order of appending, parsed. */
  values(topic: string): unknown[] {
    return this.calls
      .filter((call) => call.topic === topic)
      .flatMap(({ records }) => records.map(({ value }): unknown => JSON.parse(String(value))));
  }

  createTopic = unused;
  keepFor = unused;
  describeTopic = unused;
  topics = unused;
  endOffsets = unused;
  earliestOffsets = unused;
  offsetAt = unused;
  commit = unused;
  committed = unused;
  join = unused;

  read(): AsyncIterable<RecordBatch> {
    throw new EventLogError('unavailable', 'The relay does not read');
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}

function unused(): Promise<never> {
  return Promise.reject(new EventLogError('unavailable', 'The relay only appends'));
}
