import { sql } from 'kysely';
import { createManualClock } from './manual-clock.ts';
import { silentLogger } from '../../src/telemetry/logger.ts';
import { openPgliteDatabase } from '../../src/adapters/pglite/database.ts';

/** For durability.slow.test.ts: writes notes and says so after each commit, for ever. */
const database = await openPgliteDatabase({
  folder: process.argv[2] ?? '',
  migrations: [{ name: 'test-001-notes', up: 'create table notes (id int primary key)' }],
  clock: createManualClock(),
  logger: silentLogger(),
  bootId: 'monday',
});
process.stdout.write(`${database.epoch}\n`);
for (let id = 1; ; id += 1) {
  await sql`insert into notes (id) values (${id})`.execute(database.sql);
  process.stdout.write(`${id}\n`);
}
