import { describe, expect, it } from 'vitest';
import { assignSlots } from './slots.ts';

const many = Array.from({ length: 12 }, (_, index) => `e${index}`);
const counts = (pairs: Record<string, number>) => new Map(Object.entries(pairs));

describe('assignSlots', () => {
  it('takes few emotes in the order of the settings', () => {
    expect(assignSlots([], ['b', 'a'], counts({ a: 100 }))).toEqual(['b', 'a']);
  });

  it('takes the most used of many, and fills up in order', () => {
    const slots = assignSlots([], many, counts({ e11: 5, e9: 8 }));
    expect(slots).toEqual(['e9', 'e11', 'e0', 'e1', 'e2', 'e3', 'e4', 'e5']);
  });

  it('keeps a colour until another emote is used more than twice as much', () => {
    const first = assignSlots([], many, counts({ e0: 10, e1: 10, e2: 10, e3: 10, e4: 10, e5: 10, e6: 10, e7: 10 }));
    const used = { e0: 10, e1: 10, e2: 10, e3: 4, e4: 10, e5: 10, e6: 10, e7: 10 };
    expect(assignSlots(first, many, counts({ ...used, e9: 8 }))).toBe(first);
    const changed = assignSlots(first, many, counts({ ...used, e9: 9 }));
    expect(changed).toEqual(['e0', 'e1', 'e2', 'e9', 'e4', 'e5', 'e6', 'e7']);
  });

  it('gives the same list back when nothing changed', () => {
    const slots = ['a', 'b'];
    expect(assignSlots(slots, ['a', 'b'], new Map())).toBe(slots);
  });
});
