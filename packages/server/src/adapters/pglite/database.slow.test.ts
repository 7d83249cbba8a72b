import { createManualClock } from '../../../test/support/manual-clock.ts';
import { describeDatabaseContract } from '../../../test/contracts/database.contract.ts';
import { feedMigrations } from '../../modules/feeds/index.ts';
import { silentLogger } from '../../telemetry/logger.ts';
import { openPgliteDatabase } from './database.ts';

describeDatabaseContract('PGlite', () =>
  openPgliteDatabase({
    folder: 'memory://',
    migrations: feedMigrations,
    clock: createManualClock(),
    logger: silentLogger(),
    // The rule is 2 s. Not much less: every other unit here has it too, also while the machine is busy with something else.
    idleLimitMs: 1_500,
  }),
);
