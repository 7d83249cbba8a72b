import type { Clock } from '../../ports/clock.ts';
import { RedisAway } from './failures.ts';

/**
 * What `work` gives, if it does within the limit. A turn of the event loop runs its timers before it reads sockets: after a
 * pause of this process, an answer that is there already is taken.
 * @throws RedisAway when the limit is over, and whatever `work` throws
 */
export async function within<T>(clock: Clock, limitMs: number, work: Promise<T>): Promise<T> {
  const isOver = Promise.withResolvers<never>();
  const giveUp = () => isOver.reject(new NoAnswer(limitMs));
  using _timer = clock.after(limitMs, () => setImmediate(() => setImmediate(giveUp)));
  return await Promise.race([work, isOver.promise]);
}

/** Redis is silent: nothing is known about what was asked. */
export class NoAnswer extends RedisAway {
  constructor(limitMs: number) {
    super(`Redis did not answer within ${limitMs} ms`);
    this.name = 'NoAnswer';
  }
}
