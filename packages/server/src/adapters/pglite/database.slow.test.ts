import { createManualClock } from '../../ports/manual-clock.ts';
import { describeDatabaseContract } from '../../ports/database.contract.ts';
import { feedMigrations } from '../../modules/feeds/index.ts';
import { silentLog } from '../../telemetry/log.ts';
import { openPgliteDatabase } from './database.ts';

describeDatabaseContract('PGlite', () =>
  openPgliteDatabase({
    folder: 'memory://',
    migrations: feedMigrations,
    clock: createManualClock(),
    log: silentLog(),
    // The rule is 2 s. Not much less: every other unit here has it too, also while the machine is busy with something else.
    idleLimitMs: 1_500,
  }),
);
