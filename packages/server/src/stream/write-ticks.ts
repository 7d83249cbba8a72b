import type { Clock } from '../ports/clock.ts';
import type { EventLog } from '../ports/event-log.ts';
import type { Logger } from '../telemetry/logger.ts';

const SILENCE_MS = 1_000;
const LOOK_EVERY_MS = 250;

export interface TickWriter extends Disposable {
  /** Called for every batch that was read: the partition is not silent. */
  heard(hasOpenWindows: boolean): void;
}

/**
 * Writes a tick into a partition after a second of silence (flows.md row 17), so that quiet windows close by append
 * time. No tick is written while no window is open, so an idle server does not write to the disk.
 */
export function writeTicks(parts: {
  eventLog: EventLog;
  clock: Clock;
  logger: Logger;
  topic: string;
  partition: number;
  hasOpenWindows: boolean;
}): TickWriter {
  const { clock, eventLog, logger, topic, partition } = parts;
  const value = JSON.stringify({ k: 't' });
  let heardAt = clock.now();
  let isWaiting = parts.hasOpenWindows;
  let isWriting = false;
  const timer = clock.every(LOOK_EVERY_MS, () => {
    if (!isWaiting || isWriting || clock.now() - heardAt < SILENCE_MS) return;
    isWriting = true;
    eventLog
      .append(topic, [{ partition, value }])
      .catch((error: unknown) => logger.warn({ topic, partition, error: String(error) }, 'A tick could not be written'))
      .finally(() => {
        isWriting = false;
        heardAt = clock.now();
      });
  });
  return {
    heard(hasOpenWindows) {
      heardAt = clock.now();
      isWaiting = hasOpenWindows;
    },
    [Symbol.dispose]: () => timer[Symbol.dispose](),
  };
}
