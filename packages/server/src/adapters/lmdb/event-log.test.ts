import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { describeEventLogContract } from '../../ports/event-log.contract.ts';
import { createManualClock } from '../../ports/manual-clock.ts';
import { openLmdbEventLog } from './event-log.ts';

describeEventLogContract('the LMDB event log', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ovation-event-log-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const clock = createManualClock();
  let log = await openLmdbEventLog({ folder, clock });
  return {
    log,
    clock,
    reopen: async () => {
      await log[Symbol.asyncDispose]();
      log = await openLmdbEventLog({ folder, clock });
      return log;
    },
  };
});
