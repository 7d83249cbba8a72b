import { describe, expect, it } from 'vitest';
import { murmur2, partitionOf } from './partition.ts';

describe('murmur2', () => {
  // Expected values of Kafka's own test (clients/utils/UtilsTest.java, testMurmur2).
  it.each([
    ['21', -973_932_308],
    ['foobar', -790_332_482],
    ['a-little-bit-long-string', -985_981_536],
    ['a-little-bit-longer-string', -1_486_304_829],
    ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58_897_971],
    ['abc', 479_470_107],
  ])('of %s is %i', (text, hash) => {
    expect(murmur2(text)).toBe(hash);
  });

  it('gives every key a partition in range', () => {
    for (const key of ['default', 'demo', '', '🔥']) expect([0, 1, 2, 3]).toContain(partitionOf(key, 4));
  });
});
