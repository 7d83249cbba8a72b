import { describe, expect, it } from 'vitest';
import { OpeningTurns } from './opening-turns.ts';

describe('rooms that are opened', () => {
  const setUp = () => {
    const turns = new OpeningTurns();
    const begun: string[] = [];
    const ends: (() => void)[] = [];
    const open = (network: string) =>
      turns.run(network, () => {
        begun.push(network);
        const { promise, resolve } = Promise.withResolvers<void>();
        ends.push(resolve);
        return promise;
      });
    const settle = () => new Promise((resolve) => setImmediate(resolve));
    return { begun, ends, open, settle };
  };

  it('of one network wait for each other, and others do not wait for them', async () => {
    const { begun, ends, open, settle } = setUp();
    const all = Array.from({ length: 100 }, () => open('stranger'));
    expect(begun).toHaveLength(4);
    all.push(open('viewer'));
    expect(begun.at(-1)).toBe('viewer');
    while (ends.length > 0) {
      ends.shift()?.();
      await settle();
    }
    await Promise.all(all);
    expect(begun.filter((network) => network === 'stranger')).toHaveLength(100);
  });

  it('take turns by network when there are many', async () => {
    const { begun, ends, open, settle } = setUp();
    for (const network of ['a', 'b', 'c', 'd']) for (let i = 0; i < 20; i += 1) void open(network);
    void open('late');
    expect(begun).toHaveLength(16);
    for (let i = 0; i < 5; i += 1) {
      ends.shift()?.();
      await settle();
    }
    expect(begun.slice(16)).toContain('late');
  });

  it('are refused when hundreds of one network wait', async () => {
    const { open } = setUp();
    for (let i = 0; i < 2_004; i += 1) void open('stranger');
    await expect(open('stranger')).rejects.toThrow('Too many feeds are being opened');
  });
});
