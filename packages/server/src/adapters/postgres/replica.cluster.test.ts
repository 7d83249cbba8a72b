import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it, onTestFinished, vi } from 'vitest';
import { type OwnPostgres, startOwnPostgres } from '../../../test/services/own-postgres.ts';
import type { PostgresServer } from '../../../test/services/postgres.ts';
import { createEmptyDatabase, query } from '../../../test/services/postgres-database.ts';
import { createManualClock } from '../../../test/support/manual-clock.ts';
import type { Database } from '../../ports/database.ts';
import { silentLogger } from '../../telemetry/logger.ts';
import { openPostgresDatabase } from './database.ts';
import type { ReplicaLag } from './replica-reads.ts';

let own: OwnPostgres;
let replica: PostgresServer;
beforeAll(async () => {
  own = await startOwnPostgres();
  replica = await own.replica();
});
afterAll(() => own[Symbol.asyncDispose]());

const WAIT = { timeout: 60_000, interval: 50 };

async function open(readsFrom: PostgresServer) {
  const { url } = await createEmptyDatabase(own.primary.address);
  const replicaUrl = new URL(readsFrom.address);
  replicaUrl.pathname = new URL(url).pathname;
  const lags: (ReplicaLag | undefined)[] = [];
  const clock = createManualClock();
  const database = await openPostgresDatabase({
    service: { url, replicaUrl: replicaUrl.href, poolSize: 4 },
    migrations: [{ name: 'test-001', up: 'create table notes (id int primary key)' }],
    clock,
    logger: silentLogger(),
    onReplicaLag: (lag) => lags.push(lag),
  });
  onTestFinished(() => database[Symbol.asyncDispose]());
  const measured = async () => {
    const before = lags.length;
    clock.advance(5_000);
    await vi.waitFor(() => expect(lags.length).toBeGreaterThan(before), WAIT);
    return lags.at(-1);
  };
  return { database, lags, measured };
}

/** Which server answers a read model. */
async function readsOf({ readSql }: Database): Promise<'replica' | 'primary'> {
  const { rows } = await sql<{ is_replica: boolean }>`select pg_is_in_recovery() as is_replica`.execute(readSql);
  return rows[0]?.is_replica ? 'replica' : 'primary';
}

it('a replica answers read models, the primary everything else', async () => {
  const { database, measured } = await open(replica);
  await vi.waitFor(async () => expect(await measured()).toEqual({ bytes: 0, seconds: 0 }), WAIT);
  expect(await readsOf(database)).toBe('replica');
  await sql`insert into notes values (1)`.execute(database.sql);
  const { rows } = await sql`select pg_is_in_recovery() as is_replica`.execute(database.sql);
  expect(rows).toEqual([{ is_replica: false }]);
  await vi.waitFor(async () => {
    expect((await sql`select id from notes`.execute(database.readSql)).rows).toEqual([{ id: 1 }]);
  }, WAIT);
});

it('a replica that does not keep up is measured, and left alone when it is ten seconds behind', async () => {
  const { database, measured } = await open(replica);
  await vi.waitFor(async () => expect(await measured()).toEqual({ bytes: 0, seconds: 0 }), WAIT);
  await query(replica.address, 'select pg_wal_replay_pause()');
  onTestFinished(async () => void (await query(replica.address, 'select pg_wal_replay_resume()')));
  await sql`insert into notes select generate_series(1, 1000)`.execute(database.sql);
  const lag = await measured();
  expect(lag?.bytes).toBeGreaterThan(1_000);
  // Nothing was committed for longer than that before the pause, or it takes ten seconds from now.
  await vi.waitFor(async () => expect((await measured())?.seconds).toBeGreaterThan(10), WAIT);
  expect(await readsOf(database)).toBe('primary');
  const { rows } = await sql`select count(*) as n from notes`.execute(database.readSql);
  expect(rows).toEqual([{ n: 1_000 }]);
});

it('a replica that goes away is replaced by the primary in the same read, and used again when it is back', async () => {
  const { database, lags, measured } = await open(replica);
  await vi.waitFor(async () => expect(await measured()).toEqual({ bytes: 0, seconds: 0 }), WAIT);
  expect(await readsOf(database)).toBe('replica');
  await replica.kill();
  expect(await readsOf(database)).toBe('primary');
  await vi.waitFor(() => expect(lags.at(-1)).toBeUndefined(), WAIT);
  await replica.restart();
  await vi.waitFor(async () => {
    await measured();
    expect(await readsOf(database)).toBe('replica');
  }, WAIT);
});

it('a primary that is named as replica is not read from as one', async () => {
  const { database, lags } = await open(own.primary);
  expect(lags).toEqual([undefined]);
  expect(await readsOf(database)).toBe('primary');
});
