import type { Clock } from '../ports/clock.ts';
import type { EventLog } from '../ports/event-log.ts';

/**
 * Records a second of one channel, of one writer. Above it a channel is hot: one partition, which one broker stores and one
 * bridge copies, would have it alone (S2-19).
 */
export const HOT_PER_SECOND = 1_000;
/** Records that stay together: a batch to one partition costs far less than single records to many. */
const RUN = 500;
const SECOND_MS = 1_000;

export interface RawEmotesParts {
  readonly eventLog: Pick<EventLog, 'append' | 'describeTopic'>;
  readonly clock: Pick<Clock, 'now'>;
  /** classic topic of single emotes */
  readonly topic: string;
}

/**
 * Writes classic records. The key is the channel, and so is the place (ruling C13): the records of a channel lie in one
 * partition, in order. Those of a hot channel go over all partitions in turn: its bridges work side by side, and each
 * window is the same whatever the order in it.
 */
export class RawEmotes {
  readonly #parts: RawEmotesParts;
  /** records of this second and of the one before, by channel */
  #counts = new Map<string, number>();
  #before = new Map<string, number>();
  #second = 0;
  #turn = 0;
  #partitions: number | undefined;

  constructor(parts: RawEmotesParts) {
    this.#parts = parts;
  }

  /** @throws what `append` of the event log throws */
  async append(channel: string, values: readonly string[]): Promise<void> {
    const { eventLog, topic } = this.#parts;
    const partitions = this.#isHot(channel, values.length) ? await this.#partitionCount() : undefined;
    const first = this.#turn;
    if (partitions !== undefined) this.#turn += Math.ceil(values.length / RUN);
    const records = values.map((value, at) =>
      partitions === undefined
        ? { key: channel, value }
        : { key: channel, value, partition: (first + Math.floor(at / RUN)) % partitions },
    );
    await eventLog.append(topic, records);
  }

  #isHot(channel: string, more: number): boolean {
    const second = Math.floor(this.#parts.clock.now() / SECOND_MS);
    if (second !== this.#second) {
      this.#before = second === this.#second + 1 ? this.#counts : new Map();
      this.#counts = new Map();
      this.#second = second;
    }
    const count = (this.#counts.get(channel) ?? 0) + more;
    this.#counts.set(channel, count);
    return Math.max(count, this.#before.get(channel) ?? 0) > HOT_PER_SECOND;
  }

  async #partitionCount(): Promise<number | undefined> {
    const { eventLog, topic } = this.#parts;
    // The partitions of a topic never change.
    this.#partitions ??= (await eventLog.describeTopic(topic))?.partitions;
    return this.#partitions;
  }
}
