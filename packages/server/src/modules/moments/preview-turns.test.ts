import { expect, it } from 'vitest';
import { PreviewTurns } from './preview-turns.ts';

it('previews are made one after the other, and few may wait', async () => {
  const turns = new PreviewTurns();
  const started: number[] = [];
  const ends: PromiseWithResolvers<number>[] = [];
  const ask = (n: number) =>
    turns.run(() => {
      started.push(n);
      const end = Promise.withResolvers<number>();
      ends.push(end);
      return end.promise;
    });
  const first = ask(0);
  await expect.poll(() => started).toEqual([0]);
  const waiting = Array.from({ length: 8 }, (_, n) => ask(n + 1));
  await expect(ask(9)).rejects.toMatchObject({ spec: { code: 'too_many_requests' }, retryAfterS: 2 });
  expect(started).toEqual([0]);
  ends[0]?.reject(new Error('the log is down'));
  await expect(first).rejects.toThrow('the log is down');
  for (let n = 1; n <= 8; n += 1) {
    await expect.poll(() => started.at(-1)).toBe(n);
    ends[n]?.resolve(n);
  }
  expect(await Promise.all(waiting)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
});
