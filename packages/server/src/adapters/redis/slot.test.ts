import { describe, expect, it } from 'vitest';
import { slotOf } from './slot.ts';

describe('the slot of a key', () => {
  it.each([
    ['123456789', 12_739],
    ['', 0],
    ['{user1000}.following', slotOf('user1000')],
    ['foo{}{bar}', 8_363],
    ['foo{{bar}}zap', slotOf('{bar')],
  ])('%j is as Redis counts it', (key, slot) => {
    expect(slotOf(key)).toBe(slot);
  });
});
