import type { Clock } from '../ports/clock.ts';
import type { Logger } from './logger.ts';

const LOOK_EVERY_MS = 1_000;
/** Less is no step: clocks of machines are put right by less all the time. */
const STEP_MS = 1_000;

/** What is said of a process whose time is ahead of the machine's. */
export const AHEAD_MEANS =
  'The clock of this machine was set back. Times of Ovation never fall, so they stay ahead until it has caught up; meanwhile reactions that bring a time of their own may count as late';

/** How far the times of this process are ahead of the machine's clock; 0 when that is no step. */
export function aheadMs(clock: Pick<Clock, 'now' | 'wall'>): number {
  const ms = Math.round(clock.now() - clock.wall());
  return ms < STEP_MS ? 0 : ms;
}

/** Says in the log when the machine's clock is set back or forth, once each. It also makes an idle process follow it. */
export function watchClock(clock: Clock, logger: Logger): Disposable {
  let toldMs = 0;
  return clock.every(LOOK_EVERY_MS, () => {
    const ms = clock.now() - clock.wall();
    if (ms <= -STEP_MS && toldMs > -STEP_MS) {
      logger.info({ byMs: -ms }, 'The clock of this machine was set forth, or it slept; Ovation follows');
    } else if (ms >= toldMs + STEP_MS && ms >= STEP_MS) {
      logger.warn({ aheadMs: ms, until: new Date(clock.now()).toISOString() }, AHEAD_MEANS);
    } else if (ms < STEP_MS && toldMs >= STEP_MS) {
      logger.info('The clock of this machine has caught up with the times of Ovation');
    } else if (Math.abs(ms) >= STEP_MS) return;
    toldMs = ms;
  });
}
