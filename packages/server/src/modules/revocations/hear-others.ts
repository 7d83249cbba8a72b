import { CONTROL_FEED, feedEntrySchema, feedSubject, type Revocation } from '@ovation/protocol';
import type { Clock } from '../../ports/clock.ts';
import type { LiveBus } from '../../ports/live-bus.ts';
import type { Logger } from '../../telemetry/logger.ts';

/** Without a bus that reaches other processes this is how late a revocation is. */
const LOOK_EVERY_MS = 1_000;

export interface HearingParts {
  readonly bus: Pick<LiveBus, 'subscribe'>;
  readonly clock: Pick<Clock, 'every'>;
  readonly logger: Logger;
  /** what an entry of `system:control` says */
  readonly said: (body: unknown) => void;
  readonly read: () => Promise<readonly Revocation[]>;
  readonly replace: (revocations: readonly Revocation[]) => void;
}

/**
 * Brings the revocations of other processes to one that has no gateway: at once by the bus, and within a second from the
 * database, whatever the bus does.
 */
export async function hearOthers({ bus, clock, logger, read, replace, said }: HearingParts): Promise<Disposable> {
  const subscription = await bus.subscribe(feedSubject(CONTROL_FEED), (message) => {
    const { data } = feedEntrySchema.safeParse(message);
    if (data) said(data.body);
  });
  let isLooking = false;
  const look = async () => {
    if (isLooking) return;
    isLooking = true;
    try {
      replace(await read());
    } catch (error) {
      logger.debug({ err: error }, 'Revocations cannot be read now; the known ones stay in force');
    } finally {
      isLooking = false;
    }
  };
  const timer = clock.every(LOOK_EVERY_MS, () => void look());
  return {
    [Symbol.dispose]() {
      timer[Symbol.dispose]();
      subscription[Symbol.dispose]();
    },
  };
}
