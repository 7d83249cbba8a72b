import { partitionOf } from '@ovation/protocol';
import type { Clock } from '../../ports/clock.ts';
import { DigestSlot, reactionsIn, SLOT_MS, slotStart, type CountedReaction } from './digest-slot.ts';
import type { PartitionQueue } from './partition-queue.ts';

/** Counts in memory and closes each partition's slot in time. No I/O per reaction. */
export class DigestCollector implements Disposable {
  readonly #clock: Clock;
  readonly #src: string;
  readonly #partitions: { queue: PartitionQueue; open: DigestSlot | undefined; closedAt: number }[];
  #timer: Disposable | undefined;

  constructor(clock: Clock, src: string, queues: readonly PartitionQueue[]) {
    this.#clock = clock;
    this.#src = src;
    this.#partitions = queues.map((queue) => ({ queue, open: undefined, closedAt: Number.NEGATIVE_INFINITY }));
  }

  count(reaction: CountedReaction): void {
    const index = partitionOf(reaction.channel, this.#partitions.length);
    const partition = this.#partitions[index];
    if (!partition) return;
    const now = this.#clock.now();
    // A late timer must not put new reactions into an old slot.
    if (partition.open && partition.open.startAt !== slotStart(now)) this.#close(index, now);
    partition.open ??= new DigestSlot(slotStart(now));
    partition.open.add(reaction);
    if (now - partition.closedAt >= SLOT_MS) this.#close(index, now);
    else this.#arm(now);
  }

  /** Closes every open slot now, whole or not. */
  flush(): void {
    for (const index of this.#partitions.keys()) this.#close(index, this.#clock.now());
  }

  [Symbol.dispose](): void {
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
  }

  #arm(now: number): void {
    this.#timer ??= this.#clock.after(slotStart(now) + SLOT_MS - now, () => {
      this.#timer = undefined;
      this.#closeEnded();
    });
  }

  #closeEnded(): void {
    const now = this.#clock.now();
    for (const [index, { open }] of this.#partitions.entries()) {
      if (!open) continue;
      if (open.startAt < slotStart(now)) this.#close(index, now);
      else this.#arm(now);
    }
  }

  #close(index: number, now: number): void {
    const partition = this.#partitions[index];
    const slot = partition?.open;
    if (!partition || !slot) return;
    partition.open = undefined;
    partition.closedAt = now;
    for (const ch of slot.parts()) {
      partition.queue.add((seq) => ({
        value: JSON.stringify({ k: 'd', src: this.#src, seq, t: slot.startAt, ch }),
        reactions: reactionsIn(ch),
      }));
    }
  }
}
