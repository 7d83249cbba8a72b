import { sql } from 'kysely';
import { createManualClock } from '../../ports/manual-clock.ts';
import { silentLog } from '../../telemetry/log.ts';
import { openPgliteDatabase } from './database.ts';

/** For durability.test.ts: writes notes and says so after each commit, for ever. */
const database = await openPgliteDatabase({
  folder: process.argv[2] ?? '',
  migrations: [{ name: 'test-001-notes', up: 'create table notes (id int primary key)' }],
  clock: createManualClock(),
  log: silentLog(),
  bootId: 'monday',
});
process.stdout.write(`${database.epoch}\n`);
for (let id = 1; ; id += 1) {
  await sql`insert into notes (id) values (${id})`.execute(database.sql);
  process.stdout.write(`${id}\n`);
}
