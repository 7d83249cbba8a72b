import type { Clock } from '../../ports/clock.ts';

/** The answer of `ask`, or undefined when it fails or does not come within `limitMs`. */
export async function within<T>(clock: Clock, limitMs: number, ask: () => Promise<T>): Promise<T | undefined> {
  const { promise, resolve } = Promise.withResolvers<T | undefined>();
  using _limit = clock.after(limitMs, () => resolve(undefined));
  void Promise.resolve()
    .then(ask)
    .then(resolve, () => resolve(undefined));
  return await promise;
}
