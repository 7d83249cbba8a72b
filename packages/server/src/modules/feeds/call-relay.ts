import type { Clock } from '../../ports/clock.ts';
import type { Database } from '../../ports/database.ts';
import type { LiveBus } from '../../ports/live-bus.ts';
import type { Logger } from '../../telemetry/logger.ts';

const SUBJECT = 'outbox';
/** A busy process calls fifty times a second at most. */
const PAUSE_MS = 20;

/** How the processes of one database wake the relay that one of them runs. A call may be lost: the relay also looks by itself. */
export interface RelayCalls {
  listen(listener: () => void): Disposable;
}

/** Over the bus, because a notification of PostgreSQL would make the commits of all processes wait for each other. */
export function createRelayCalls({ bus, logger }: { bus: LiveBus; logger: Logger }): RelayCalls {
  return {
    listen(listener) {
      const subscribing = bus.subscribe(SUBJECT, listener);
      subscribing.catch((error: unknown) => {
        logger.warn({ err: error }, 'Calls of the relay are not heard; it looks once a second');
      });
      return {
        [Symbol.dispose]: () => void subscribing.then((one) => one[Symbol.dispose]()).catch(() => undefined),
      };
    },
  };
}

export interface CallerParts {
  readonly bus: LiveBus;
  readonly clock: Clock;
  readonly database: Database;
  /** This process moves its rows itself. */
  readonly isLeading: () => boolean;
}

/** Calls after every commit that wrote to the outbox. */
export function callRelay({ bus, clock, database, isLeading }: CallerParts): Disposable {
  let pause: Disposable | undefined;
  let isDue = false;
  const call = () => {
    if (isLeading()) return;
    isDue = pause !== undefined;
    if (isDue) return;
    bus.publish(SUBJECT, null);
    pause = clock.after(PAUSE_MS, () => {
      pause = undefined;
      if (isDue) call();
    });
  };
  const listening = database.onOutbox(call);
  return {
    [Symbol.dispose]() {
      listening[Symbol.dispose]();
      pause?.[Symbol.dispose]();
    },
  };
}
