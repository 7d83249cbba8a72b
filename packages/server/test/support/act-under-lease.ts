import { sql } from 'kysely';
import { openPostgresDatabase } from '../../src/adapters/postgres/database.ts';
import { createSystemClock } from '../../src/adapters/system/clock.ts';
import { feedMigrations, Lease } from '../../src/modules/feeds/index.ts';
import { silentLogger } from '../../src/telemetry/logger.ts';

/** For lease.cluster.test.ts: acts under a lease for ever, and says so after each time. */
const [url = '', owner = ''] = process.argv.slice(2);
const clock = createSystemClock();
const database = await openPostgresDatabase({
  service: { url, poolSize: 2 },
  migrations: feedMigrations,
  clock,
  logger: silentLogger(),
});
const lease = new Lease({ database, clock, name: 'test', owner, leaseMs: 1_000 });
for (;;) {
  if (!(await lease.hold())) {
    process.stdout.write('waits\n');
    await new Promise((resolve) => setTimeout(resolve, 20));
    continue;
  }
  try {
    await database.unitOfWork(async (uow) => {
      await lease.guard(uow);
      await sql`insert into acts (owner, fence) select ${owner}, fence from leases where name = 'test'`.execute(
        uow.sql,
      );
    });
    process.stdout.write('acted\n');
  } catch (error) {
    process.stdout.write(`${error instanceof Error ? error.name : 'failed'}\n`);
  }
}
