import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RunningMedian } from './running-median.ts';

describe('RunningMedian', () => {
  it('is the lower one of the two in the middle, whatever came, left or was replaced (generated numbers)', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 9 }), fc.boolean()), { minLength: 1, maxLength: 60 }),
        (steps) => {
          const median = new RunningMedian(steps.length + 1);
          const inside: number[] = [];
          for (const [number, isReplacing] of steps) {
            const gone = isReplacing ? inside.shift() : undefined;
            inside.push(number);
            if (gone === undefined) median.add(number);
            else median.replace(gone, number);
            const sorted = inside.toSorted((a, b) => a - b);
            expect([median.size, median.value]).toEqual([sorted.length, sorted[(sorted.length - 1) >> 1]]);
          }
          for (const number of inside.splice(1)) median.remove(number);
          expect([median.size, median.value]).toEqual([1, inside[0]]);
        },
      ),
      { numRuns: 200 },
    );
  });
});
