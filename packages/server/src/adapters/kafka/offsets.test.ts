import { type Admin, ListOffsetTimestamps } from '@platformatic/kafka';
import { expect, it } from 'vitest';
import { TopicOffsets } from './offsets.ts';
import type { Patience } from './patience.ts';
import type { Topics } from './topics.ts';

it('what is appended while a time is looked for is not skipped', async () => {
  let end = 3;
  const admin = {
    async listOffsets({ topics }: { topics: { partitions: { partitionIndex: number; timestamp: bigint }[] }[] }) {
      const partitions = (topics[0]?.partitions ?? []).map(({ partitionIndex, timestamp }) => {
        if (timestamp === ListOffsetTimestamps.LATEST) return { partitionIndex, offset: BigInt(end) };
        // Nothing is so new, and then something comes.
        end += 50;
        return { partitionIndex, offset: -1n };
      });
      return [{ partitions }];
    },
  } as unknown as Admin; // of the client only this is asked
  const patience = { run: <T>(_: string, work: () => Promise<T>) => work() } as unknown as Patience;
  const topics = { find: async () => ({ partitions: 1 }) } as unknown as Topics;
  expect(await new TopicOffsets({ admin, patience, topics }).at('t', 0, 1_000)).toBe(3);
});
