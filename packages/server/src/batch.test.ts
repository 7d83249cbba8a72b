import { describe, expect, it } from 'vitest';
import { Batch } from './batch.ts';

describe('a batch', () => {
  const setUp = () => {
    const asked: { keys: readonly string[]; answer: PromiseWithResolvers<(key: string) => string> }[] = [];
    const batch = new Batch<string>((keys) => {
      const answer = Promise.withResolvers<(key: string) => string>();
      asked.push({ keys, answer });
      return answer.promise;
    });
    return { asked, batch };
  };
  const turn = () => new Promise((resolve) => setImmediate(resolve));

  it('asks once for the keys of a turn, and once for all that come while it asks', async () => {
    const { asked, batch } = setUp();
    const first = [batch.get('a'), batch.get('b'), batch.get('a')];
    await turn();
    const later = ['c', 'd', 'a'].map((key) => batch.get(key));
    await turn();
    expect(asked.map(({ keys }) => keys)).toEqual([['a', 'b']]);
    asked[0]?.answer.resolve((key) => `1${key}`);
    expect(await Promise.all(first)).toEqual(['1a', '1b', '1a']);
    expect(asked.map(({ keys }) => keys)).toEqual([
      ['a', 'b'],
      ['c', 'd', 'a'],
    ]);
    asked[1]?.answer.resolve((key) => `2${key}`);
    expect(await Promise.all(later)).toEqual(['2c', '2d', '2a']);
  });

  it('tells each key of a failed question why, and asks again for the next', async () => {
    const { asked, batch } = setUp();
    const first = batch.get('a');
    await turn();
    const second = batch.get('a');
    asked[0]?.answer.reject(new Error('down'));
    await expect(first).rejects.toThrow('down');
    asked[1]?.answer.resolve(() => 'up');
    expect(await second).toBe('up');
  });
});
