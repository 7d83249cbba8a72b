import { onTestFinished } from 'vitest';
import { describeLease } from '../../../test/contracts/lease.contract.ts';
import { createManualClock } from '../../../test/support/manual-clock.ts';
import { openPgliteDatabase } from '../../adapters/pglite/database.ts';
import { silentLogger } from '../../telemetry/logger.ts';
import { feedMigrations } from './index.ts';

describeLease('PGlite', async () => {
  const parts = { folder: 'memory://', clock: createManualClock(), logger: silentLogger() };
  const database = await openPgliteDatabase({ ...parts, migrations: feedMigrations });
  onTestFinished(() => database[Symbol.asyncDispose]());
  return [database, database];
});
