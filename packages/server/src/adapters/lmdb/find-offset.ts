import { partitionState, type TopicState } from './catalogue.ts';
import type { LogStore } from './store.ts';

/**
 * Offset of the first record appended at or after `atMs`; the end offset when there is none. Append times never fall
 * within a partition, so it is found by halving.
 * @throws EventLogError `unknown_partition`
 */
export function findOffset(store: LogStore, topic: TopicState, partition: number, atMs: number): number {
  const state = partitionState(topic, partition);
  if (state.lastAppendedAt < atMs) return state.next;
  let low = state.earliest;
  let high = state.next;
  // Every record below `low` was appended before atMs, every record at or above `high` was not.
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const block = store.blockAt(topic.number, partition, middle);
    if (!block || block.appendedAt >= atMs) high = Math.min(middle, block?.firstOffset ?? middle);
    else low = block.lastOffset + 1;
  }
  return low;
}
