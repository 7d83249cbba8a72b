import { EventLogError, type EventLog } from '../../../src/ports/event-log.ts';
import { pause } from '../../services/service.ts';

/** Numbers that a producer sent, one record each, which it never sends again. */
export class NumberedLoad {
  /** numbers that the log has acknowledged */
  readonly acknowledged: number[] = [];
  /** numbers of which the producer was told that the log is unavailable */
  readonly unknown: number[] = [];
  readonly #stop = new AbortController();
  readonly #running: Promise<void>;

  constructor(eventLog: EventLog, topic: string) {
    this.#running = this.#run(eventLog, topic);
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #run(eventLog: EventLog, topic: string): Promise<void> {
    for (let number = 0; !this.#stop.signal.aborted; number += 1) {
      try {
        await eventLog.append(topic, [{ partition: 0, value: String(number) }]);
        this.acknowledged.push(number);
      } catch (error) {
        if (!(error instanceof EventLogError && error.retryable)) throw error;
        this.unknown.push(number);
      }
      await pause(10);
    }
  }
}

/** A reader that follows a topic from its start and keeps the numbers that it saw. */
export class NumberReader {
  readonly seen: number[] = [];
  readonly #stop = new AbortController();
  readonly #running: Promise<void>;

  constructor(eventLog: EventLog, topic: string) {
    this.#running = this.#run(eventLog, topic);
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #run(eventLog: EventLog, topic: string): Promise<void> {
    const from = new Map([[0, 0]]);
    for await (const { records } of eventLog.read({ topic, from, signal: this.#stop.signal })) {
      for (const { value } of records) this.seen.push(Number(Buffer.from(value).toString()));
    }
  }
}

/** How many acknowledged numbers are missing, how many came twice, and whether all came in their order. */
export function compare({ acknowledged }: NumberedLoad, { seen }: NumberReader) {
  const distinct = new Set(seen);
  return {
    lost: acknowledged.filter((number) => !distinct.has(number)).length,
    repeated: seen.length - distinct.size,
    inOrder: seen.every((number, index) => index === 0 || number > (seen[index - 1] ?? -1)),
  };
}
