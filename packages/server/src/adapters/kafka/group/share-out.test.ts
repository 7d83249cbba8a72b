import { expect, it } from 'vitest';
import { type Claim, shareOut } from './share-out.ts';

function claim(memberId: string, held: readonly number[] = [], generation = 1, topics = ['t']): Claim {
  return { memberId, topics, held: new Map(held.length > 0 ? [['t', held]] : []), generation };
}

function sharesOf(partitions: number, ...claims: readonly Claim[]): Record<string, number[]> {
  const shares = shareOut(new Map([['t', partitions]]), claims);
  return Object.fromEntries(Array.from(shares, ([member, share]) => [member, share.get('t') ?? []]));
}

it('shares free partitions out evenly', () => {
  expect(sharesOf(4, claim('a'))).toEqual({ a: [0, 1, 2, 3] });
  expect(sharesOf(5, claim('a'), claim('b'))).toEqual({ a: [0, 2, 4], b: [1, 3] });
  expect(sharesOf(1, claim('a'), claim('b'))).toEqual({ a: [0], b: [] });
});

it('gives what has to move to no one until its holder has joined again without it', () => {
  expect(sharesOf(4, claim('a', [0, 1, 2, 3]), claim('b'))).toEqual({ a: [0, 1], b: [] });
  expect(sharesOf(4, claim('a', [0, 1]), claim('b'))).toEqual({ a: [0, 1], b: [2, 3] });
});

it('gives what a member held that has gone to those that stay, which keep what they have', () => {
  expect(sharesOf(4, claim('b', [2, 3]))).toEqual({ b: [0, 1, 2, 3] });
  expect(sharesOf(6, claim('b', [4, 5]), claim('c', [1, 2]))).toEqual({ b: [0, 4, 5], c: [1, 2, 3] });
});

it('believes the later generation when two claim the same', () => {
  expect(sharesOf(2, claim('old', [0, 1], 3), claim('new', [0], 4))).toEqual({ old: [1], new: [0] });
});

it('shares each topic among the members that take part in it', () => {
  const partitions = new Map([
    ['t', 2],
    ['u', 2],
  ]);
  const shares = shareOut(partitions, [claim('a', [], 1, ['t', 'u']), claim('b', [], 1, ['u'])]);
  expect(shares.get('a')).toEqual(
    new Map([
      ['t', [0, 1]],
      ['u', [0]],
    ]),
  );
  expect(shares.get('b')).toEqual(new Map([['u', [1]]]));
});

it('never gives a partition to two, gives all in two rounds, and moves as few as can be', () => {
  for (let partitions = 1; partitions <= 9; partitions++) {
    for (let before = 1; before <= 4; before++) {
      for (let after = 1; after <= 4; after++) {
        const names = Array.from({ length: after }, (_, n) => `m${n}`);
        const held = sharesOf(partitions, ...Array.from({ length: before }, (_, n) => claim(`m${n}`)));
        const first = sharesOf(partitions, ...names.map((name) => claim(name, held[name])));
        const second = sharesOf(partitions, ...names.map((name) => claim(name, first[name])));
        for (const shares of [first, second])
          expect(new Set(Object.values(shares).flat()).size).toBe(Object.values(shares).flat().length);
        const sizes = names.map((name) => second[name]?.length ?? 0);
        expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(partitions);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
        for (const name of names) {
          const kept = first[name]?.filter((one) => held[name]?.includes(one)).length ?? 0;
          expect(kept).toBeGreaterThanOrEqual(Math.min(held[name]?.length ?? 0, Math.floor(partitions / after)));
        }
      }
    }
  }
});
