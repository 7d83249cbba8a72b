import { EventLogError, type AppendedRecord, type EventLog, type NewRecord } from '../../src/ports/event-log.ts';

/** For tests: keeps what was appended, holds or refuses requests on demand. Reading is not part of it. */
export class MemoryEventLog implements Pick<EventLog, 'append'> {
  readonly requests: (readonly NewRecord[])[] = [];
  readonly records: { partition: number; record: Record<string, unknown>; bytes: number }[] = [];
  /** what the next requests are refused with */
  failure: EventLogError | undefined;
  /** takes the request but loses the answer */
  losesAnswers = false;
  #held: (() => void)[] | undefined;
  #inFlight = new Map<number, number>();
  mostInFlight = 0;

  hold(): void {
    this.#held = [];
  }

  release(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const go of held) go();
  }

  async append(_topic: string, records: readonly NewRecord[]): Promise<AppendedRecord[]> {
    const partition = records[0]?.partition ?? -1;
    this.requests.push(records);
    this.#count(partition, 1);
    if (this.#held) await new Promise<void>((resolve) => this.#held?.push(resolve));
    this.#count(partition, -1);
    const { failure } = this;
    if (failure) throw failure;
    const tooLarge = records.some(({ value }) => Buffer.byteLength(value) > 1_000_000);
    if (tooLarge) throw new EventLogError('too_large', 'A record is too large');
    for (const { value } of records) {
      const record = JSON.parse(String(value)) as Record<string, unknown>;
      this.records.push({ partition, record, bytes: Buffer.byteLength(value) });
    }
    if (this.losesAnswers) throw new EventLogError('unavailable', 'The answer was lost');
    return records.map(() => ({ partition, offset: 0, appendedAt: 0 }));
  }

  #count(partition: number, change: number): void {
    const now = (this.#inFlight.get(partition) ?? 0) + change;
    this.#inFlight.set(partition, now);
    this.mostInFlight = Math.max(this.mostInFlight, now);
  }
}
