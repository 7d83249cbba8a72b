import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { topicSpecs } from '@ovation/protocol';
import { sql } from 'kysely';
import { expect, it, onTestFinished } from 'vitest';
import { createManualClock } from '../../../test/support/manual-clock.ts';
import { openPgliteDatabase } from '../../adapters/pglite/database.ts';
import { silentLogger } from '../../telemetry/logger.ts';
import { readMigrations } from '../migrations.ts';
import { storeBytes, tableSizes } from './measure-stores.ts';

const page = await readFile(new URL('../../../../../docs/reference/storage.md', import.meta.url), 'utf8');

it('docs/reference/storage.md says of every table and topic how long it is kept', async () => {
  const parts = { clock: createManualClock(), logger: silentLogger(), migrations: await readMigrations() };
  await using database = await openPgliteDatabase({ folder: 'memory://', ...parts });
  const rows = page.split('\n').filter((line) => line.startsWith('| '));
  const named = new Set(rows.flatMap((row) => [...row.matchAll(/`([\w-]+)`/g)].map(([, name]) => name)));
  const tables = (await tableSizes(database)).map(({ table }) => table);
  expect(tables.length).toBeGreaterThan(15);
  expect([...tables, ...topicSpecs('embedded').map(({ name }) => name)].filter((name) => !named.has(name))).toEqual([]);
});

it('a table is as large as its rows, indexes and what lies beside it, and says how many rows are dead', async () => {
  const table = { name: 'test-001', up: 'create table states (id int primary key, state text)' };
  const parts = { clock: createManualClock(), logger: silentLogger(), migrations: [table] };
  await using database = await openPgliteDatabase({ folder: 'memory://', ...parts });
  const text = sql`(select string_agg(md5(random()::text), '') from generate_series(1, 3200))`;
  await sql`insert into states values (1, ${text})`.execute(database.sql);
  await sql`delete from states`.execute(database.sql);
  // PostgreSQL writes its statistics down once a second at most.
  await new Promise((resolve) => setTimeout(resolve, 1_050));
  await database.ping(60_000);
  const [largest] = await tableSizes(database);
  expect(largest).toMatchObject({ table: 'states' });
  expect(largest?.bytes).toBeGreaterThan(100_000);
  expect(largest?.dead).toBeGreaterThan(10);
});

it('a folder is as large as all of its files', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'ovation-stores-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await mkdir(path.join(folder, 'db', 'base'), { recursive: true });
  for (const [name, bytes] of [
    ['db/a', 10],
    ['db/base/b', 20],
    ['app.log', 5],
    ['app.log.1', 6],
    ['ticket.key', 1_000],
  ] as const) {
    await writeFile(path.join(folder, name), 'x'.repeat(bytes));
  }
  expect(await storeBytes(folder)).toEqual({ database: 30, log: 0, dumps: 0, app_log: 11 });
});
