import pino from 'pino';
import { expect, it } from 'vitest';
import { createManualClock } from '../../test/support/manual-clock.ts';
import { AHEAD_MEANS, aheadMs, watchClock } from './clock-watch.ts';

it('says once that the clock was set back, how far and what it means, and when it has caught up', () => {
  const clock = createManualClock();
  const lines: Record<string, unknown>[] = [];
  const logger = pino({ messageKey: 'message' }, { write: (line: string) => void lines.push(JSON.parse(line)) });
  using _watch = watchClock(clock, logger);
  clock.advance(5_000);
  expect(lines).toEqual([]);
  clock.setBack(3_600_000);
  clock.advance(10_000);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatchObject({ level: 40, aheadMs: 3_600_000, message: AHEAD_MEANS });
  expect(aheadMs(clock)).toBe(3_600_000);
  clock.setBack(60_000);
  clock.advance(2_000);
  expect(lines[1]).toMatchObject({ aheadMs: 3_660_000 });
  clock.setBack(-3_660_000);
  clock.advance(2_000);
  expect(lines[2]).toMatchObject({ level: 30, message: expect.stringContaining('caught up') });
  expect(aheadMs(clock)).toBe(0);
});
