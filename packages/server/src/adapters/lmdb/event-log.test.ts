import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { describeEventLogContract } from '../../../test/contracts/event-log.contract.ts';
import { createManualClock } from '../../../test/support/manual-clock.ts';
import { openLmdbEventLog } from './event-log.ts';

describeEventLogContract('the LMDB event log', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ovation-event-log-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const clock = createManualClock();
  let eventLog = await openLmdbEventLog({ folder, clock });
  return {
    eventLog,
    clock,
    advance: async (ms) => clock.advance(ms),
    minuteMs: 60_000,
    keepsUnread: true,
    reopen: async () => {
      await eventLog[Symbol.asyncDispose]();
      eventLog = await openLmdbEventLog({ folder, clock });
      return eventLog;
    },
  };
});
