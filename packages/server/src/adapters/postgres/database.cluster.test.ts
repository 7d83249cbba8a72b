import { afterAll, describe, inject } from 'vitest';
import { describeDatabaseContract } from '../../../test/contracts/database.contract.ts';
import { hasPgbouncer, startPgbouncer } from '../../../test/services/pgbouncer.ts';
import { createEmptyDatabase } from '../../../test/services/postgres-database.ts';
import { createManualClock } from '../../../test/support/manual-clock.ts';
import { ClosingStack } from '../../host/closing-stack.ts';
import { feedMigrations } from '../../modules/feeds/index.ts';
import { silentLogger } from '../../telemetry/logger.ts';
import { openPostgresDatabase } from './database.ts';

const closing = new ClosingStack();
// Registered before the contract's own: it runs after them.
afterAll(() => closing[Symbol.asyncDispose]());

function open(url: string) {
  return openPostgresDatabase({
    service: { url, poolSize: 20 },
    migrations: feedMigrations,
    clock: createManualClock(),
    logger: silentLogger(),
    idleLimitMs: 1_500,
  });
}

describeDatabaseContract('PostgreSQL', async () => {
  const { url } = closing.use(await createEmptyDatabase(inject('engines').postgres));
  return open(url);
});

const isInstalled = await hasPgbouncer();
describe.runIf(isInstalled)('where pgbouncer is installed (apt-get install pgbouncer)', () => {
  describeDatabaseContract('PostgreSQL behind pgbouncer', async () => {
    const { url } = closing.use(await createEmptyDatabase(inject('engines').postgres));
    const { address } = closing.use(await startPgbouncer(url));
    return open(address);
  });
});
