import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { type OwnPostgres, startOwnPostgres } from '../../../test/services/own-postgres.ts';
import { createEmptyDatabase, query } from '../../../test/services/postgres-database.ts';
import type { Database } from '../../ports/database.ts';
import { silentLogger } from '../../telemetry/logger.ts';
import { createSystemClock } from '../system/clock.ts';
import { openPostgresDatabase } from './database.ts';

let own: OwnPostgres;
beforeAll(async () => {
  own = await startOwnPostgres();
});
afterAll(() => own[Symbol.asyncDispose]());

/** Any statement is given up after 2.5 s. */
async function open(poolSize: number): Promise<{ database: Database; url: string }> {
  const { url } = await createEmptyDatabase(own.primary.address);
  const database = await openPostgresDatabase({
    service: { url, poolSize },
    migrations: [{ name: 'test-001', up: 'create table notes (id bigint primary key)' }],
    clock: createSystemClock(),
    logger: silentLogger(),
    statementLimitMs: 500,
  });
  onTestFinished(() => database[Symbol.asyncDispose]());
  return { database, url };
}

const insert = ({ sql: handle }: Pick<Database, 'sql'>, id: number) =>
  sql`insert into notes values (${id})`.execute(handle);

async function ids(database: Database): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`select id from notes order by id`.execute(database.sql);
  return rows.map(({ id }) => id);
}

const WAIT = { timeout: 60_000, interval: 50 };

describe('a PostgreSQL server that fails', () => {
  it('is frozen: what runs is rejected in time as an outage, and goes on when it thaws', async () => {
    const { database } = await open(5);
    await insert(database, 1);
    await own.primary.freeze();
    try {
      const outcomes = await Promise.allSettled([
        insert(database, 2),
        database.unitOfWork(async (uow) => {
          await insert(uow, 3);
        }),
        database.ping(300),
      ]);
      expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
      const lone = outcomes[0];
      expect(lone?.status === 'rejected' && lone.reason).toMatchObject({ code: '08006', refusesData: false });
    } finally {
      await own.primary.thaw();
    }
    await vi.waitFor(() => insert(database, 4), WAIT);
    // What was given up may have been done all the same.
    expect(await ids(database)).toEqual(expect.arrayContaining([1, 4]));
  });

  it('is killed and comes back: the same database is usable again and lacks no acknowledged row', async () => {
    const { database } = await open(10);
    const acknowledged: number[] = [];
    const refused: unknown[] = [];
    let isWriting = true;
    const writer = async (first: number) => {
      for (let id = first; isWriting; id += 4) {
        // Both ways in which a client is in use.
        const writes =
          first % 2 === 0 ? insert(database, id) : database.unitOfWork(async (uow) => void (await insert(uow, id)));
        await writes.then(
          () => acknowledged.push(id),
          (error: unknown) => refused.push(error),
        );
        // A refusal comes at once while nothing listens.
        await new Promise((resolve) => setImmediate(resolve));
      }
    };
    const writing = Promise.all([1, 2, 3, 4].map(writer));
    await vi.waitFor(() => expect(acknowledged.length).toBeGreaterThan(200), WAIT);
    await own.primary.kill();
    await vi.waitFor(() => expect(refused.length).toBeGreaterThan(0), WAIT);
    await own.primary.restart();
    const before = acknowledged.length;
    await vi.waitFor(() => expect(acknowledged.length).toBeGreaterThan(before + 100), WAIT);
    isWriting = false;
    await writing;
    const stored = new Set(await ids(database));
    expect(acknowledged.filter((id) => !stored.has(id))).toEqual([]);
    const blamed = refused.filter((error) => (error as { refusesData?: unknown }).refusesData !== false);
    expect(blamed).toEqual([]);
  });

  it('ends in the middle of a unit of work, which is told although it waits for something else', async () => {
    const { database } = await open(5);
    const { promise: isInside, resolve: enter } = Promise.withResolvers<void>();
    const waiting = database.unitOfWork(async (uow) => {
      await insert(uow, 1);
      enter();
      await new Promise(() => {});
    });
    const outcome = waiting.catch((error: unknown) => error);
    await isInside;
    await own.primary.kill();
    expect(await outcome).toMatchObject({ refusesData: false });
    await own.primary.restart();
    await vi.waitFor(() => insert(database, 2), WAIT);
    expect(await ids(database)).toEqual([2]);
  });
});

describe('a pool that is used up', () => {
  it('refuses after two seconds what finds no connection (S0-46)', async () => {
    const { database } = await open(2);
    let isHeld = true;
    const holders = [1, 2].map((id) =>
      database.unitOfWork(async (uow) => {
        await insert(uow, id);
        while (isHeld) await sql`select pg_sleep(0.05)`.execute(uow.sql);
      }),
    );
    const startedAt = performance.now();
    await expect(insert(database, 3)).rejects.toMatchObject({
      code: '08006',
      message: expect.stringContaining('free'),
    });
    expect(performance.now() - startedAt).toBeGreaterThan(1_900);
    isHeld = false;
    await Promise.all(holders);
    expect(await ids(database)).toEqual([1, 2]);
  });

  it('never has more than twenty sessions, whatever the load (S0-46)', async () => {
    const { database, url } = await open(20);
    const load = Promise.all(Array.from({ length: 100 }, () => sql`select pg_sleep(0.1)`.execute(database.sql)));
    let isLoaded = true;
    const done = load.finally(() => {
      isLoaded = false;
    });
    const seen: number[] = [];
    while (isLoaded) {
      const [row] = await query<{ n: number }>(
        url,
        `select count(*)::int as n from pg_stat_activity where datname = current_database() and application_name = 'ovation'`,
      );
      seen.push(row?.n ?? 0);
    }
    await done;
    expect(Math.max(...seen)).toBe(20);
  });

  it('keeps a connection whose statement was refused, and lets no transaction leak into the next user', async () => {
    const { database } = await open(1);
    const session = async () =>
      (await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(database.sql)).rows[0]?.pid;
    const before = await session();
    await insert(database, 1);
    await expect(insert(database, 1)).rejects.toMatchObject({ code: '23505' });
    const failing = database.unitOfWork(async (uow) => {
      await insert(uow, 2);
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    const swallowing = database.unitOfWork(async (uow) => {
      await insert(uow, 1).catch(() => {});
    });
    await expect(swallowing).rejects.toMatchObject({ code: '25P02' });
    const { rows } = await sql`show statement_timeout`.execute(database.sql);
    expect(rows).toEqual([{ statement_timeout: '0' }]);
    expect(await ids(database)).toEqual([1]);
    expect(await session()).toBe(before);
  });
});
