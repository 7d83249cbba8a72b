import { sql } from 'kysely';
import { expect, it, onTestFinished } from 'vitest';
import { createManualClock } from '../../../test/support/manual-clock.ts';
import type { Database } from '../../ports/database.ts';
import { silentLogger } from '../../telemetry/logger.ts';
import { openPgliteDatabase } from './database.ts';

const ROUNDS = 12;
const table = { name: 'test-001', up: 'create table states (id int primary key, state text)' };

async function open() {
  const clock = createManualClock();
  const parts = { folder: 'memory://', migrations: [table], clock, logger: silentLogger() };
  const database = await openPgliteDatabase(parts);
  onTestFinished(() => database[Symbol.asyncDispose]());
  return { clock, database };
}

interface Size {
  readonly dead: number;
  readonly bytes: number;
}

async function sizeOf(database: Database): Promise<Size> {
  const { rows } = await sql<Size>`
    select sum(n_dead_tup)::int as dead, pg_total_relation_size('states')::int as bytes from pg_stat_all_tables
    where relid = 'states'::regclass or relid = (select reltoastrelid from pg_class where relname = 'states')
  `.execute(database.sql);
  return rows[0] ?? { dead: 0, bytes: 0 };
}

/** 100 times a state of 20 kB that does not compress; PostgreSQL writes its statistics down once a second at most. */
async function rewrite(database: Database): Promise<void> {
  for (let n = 0; n < 100; n += 1) {
    await sql`
      insert into states values (1, (select string_agg(md5(random()::text), '') from generate_series(1, 625)))
      on conflict (id) do update set state = excluded.state`.execute(database.sql);
  }
  await new Promise((resolve) => setTimeout(resolve, 1_050));
  await database.ping(60_000);
}

it('a state that is written again and again takes no more room after the first rounds', async () => {
  const { clock, database } = await open();
  const sizes: Size[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    await rewrite(database);
    for (let turn = 0; turn < 2; turn += 1) {
      clock.advance(10_000);
      // Behind the turn in which the table is vacuumed.
      await database.ping(60_000);
    }
    sizes.push(await sizeOf(database));
  }
  for (const { dead } of sizes) expect(dead).toBeLessThan(400);
  expect(sizes.at(-1)?.bytes).toBeLessThanOrEqual(1.1 * (sizes[1]?.bytes ?? 0));
  expect(sizes.at(-1)?.bytes).toBeLessThan(6_000_000);
});

it('nobody waits behind it when there is other work, until it has waited for five minutes', async () => {
  const { clock, database } = await open();
  await rewrite(database);
  const before = await sizeOf(database);
  const busy = async (times: number) => {
    for (let n = 0; n < times; n += 1) {
      const work = sql`select count(*) from generate_series(1, 100000)`.execute(database.sql);
      // Kysely sends it some steps later.
      await new Promise((resolve) => setImmediate(resolve));
      clock.advance(10_000);
      await work;
    }
    await database.ping(60_000);
  };
  await busy(5);
  expect((await sizeOf(database)).dead).toBe(before.dead);
  await busy(40);
  expect((await sizeOf(database)).dead).toBeLessThan(before.dead);
});
