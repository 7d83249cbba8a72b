import { ACTIVITY_RECORD_MAX_BYTES, type ActivityItem } from '@ovation/protocol';
import type { Clock } from '../../ports/clock.ts';
import { EventLogError } from '../../ports/event-log.ts';
import type { PartitionQueue } from './partition-queue.ts';

/** An HTTP caller waits this long at most; the ids make its next try harmless. */
const PATIENCE_MS = 3_000;

export interface ItemsTarget {
  readonly clock: Clock;
  readonly queue: PartitionQueue;
  readonly src: string;
}

/** Resolves when the items are in the log; rejects with a retryable EventLogError when that takes too long. */
export async function appendItems(target: ItemsTarget, channel: string, items: readonly ActivityItem[]): Promise<void> {
  const header = 512;
  const size = Buffer.byteLength(JSON.stringify(items));
  if (size > ACTIVITY_RECORD_MAX_BYTES - header && items.length > 1) {
    const middle = Math.ceil(items.length / 2);
    await Promise.all([
      appendItems(target, channel, items.slice(0, middle)),
      appendItems(target, channel, items.slice(middle)),
    ]);
    return;
  }
  await appendRecord(target, channel, items);
}

function appendRecord(target: ItemsTarget, ch: string, items: readonly ActivityItem[]): Promise<void> {
  const { clock, queue, src } = target;
  return new Promise((resolve, reject) => {
    const record = queue.add((seq) => ({
      value: JSON.stringify({ k: 'i', src, seq, ch, items }),
      reactions: items.reduce((sum, { n }) => sum + (n ?? 1), 0),
      settled(error) {
        patience[Symbol.dispose]();
        if (error) reject(error);
        else resolve();
      },
    }));
    const patience = clock.after(PATIENCE_MS, () => {
      queue.withdraw(record);
      reject(new EventLogError('unavailable', 'The event log did not take the reactions in time'));
    });
  });
}
