import pg from 'pg';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { emptyDatabase, openPostgres } from '../../../test/services/open-postgres.ts';
import { query } from '../../../test/services/postgres-database.ts';
import type { AppendedFeedEntry, Database } from '../../ports/database.ts';

const WAIT = { timeout: 30_000 };

describe('the epoch of processes on one PostgreSQL database', () => {
  const append = (database: Database, key: string) =>
    database.unitOfWork(async (uow) => uow.appendFeed({ feed: 'room', key, body: key }));

  it('is not renewed by a start, also after a process that died', async () => {
    const url = await emptyDatabase();
    const { database } = await openPostgres(url);
    expect((await openPostgres(url)).database.epoch).toBe(database.epoch);
  });

  it('is renewed by one: the next append of another is of the new one, which it knows from then on', async () => {
    const url = await emptyDatabase();
    const [one, other] = [(await openPostgres(url)).database, (await openPostgres(url)).database];
    const told: AppendedFeedEntry[] = [];
    other.onFeedEntries((entries) => told.push(...entries));
    await append(other, 'a');
    const before = one.epoch;
    const after = await one.renewEpoch();
    expect(after).not.toBe(before);
    await append(other, 'b');
    expect(told.map(({ epoch, seq }) => ({ epoch, seq }))).toEqual([
      { epoch: before, seq: 1 },
      { epoch: after, seq: 2 },
    ]);
    const rows = await query<{ epoch: string }>(url, 'select epoch from outbox order by id');
    expect(rows.map(({ epoch }) => epoch)).toEqual([before, after]);
    await vi.waitFor(() => expect(other.epoch).toBe(after), WAIT);
  });

  it('reaches a process that writes nothing within a second', async () => {
    const url = await emptyDatabase();
    const { database } = await openPostgres(url);
    const { clock, database: idle } = await openPostgres(url);
    const after = await database.renewEpoch();
    clock.advance(1_000);
    await vi.waitFor(() => expect(idle.epoch).toBe(after), WAIT);
  });

  it('is one and the same for processes that renew it at once', async () => {
    const url = await emptyDatabase();
    const opened = await Promise.all(Array.from({ length: 5 }, () => openPostgres(url)));
    const epochs = await Promise.all(opened.map(({ database }) => database.renewEpoch()));
    expect(new Set(epochs).size).toBe(1);
    expect(epochs[0]).toMatch(/\.2$/);
  });

  it('waits for an append of the old one that has not been committed', async () => {
    const url = await emptyDatabase();
    const { database } = await openPostgres(url);
    const before = database.epoch;
    const other = new pg.Client({ connectionString: url });
    await other.connect();
    onTestFinished(() => other.end());
    await other.query('begin');
    await other.query(`select feed_append('[{"feed":"room","key":"a","body":1}]', '[]')`);
    const renewing = database.renewEpoch();
    await vi.waitFor(async () => {
      expect(await query(url, `select 1 from pg_locks where locktype = 'advisory' and not granted`)).toHaveLength(1);
    }, WAIT);
    expect(await query(url, `select random || '.' || timeline as epoch from installation`)).toEqual([
      { epoch: before },
    ]);
    await other.query('commit');
    expect(await renewing).not.toBe(before);
    expect(await query(url, 'select epoch from outbox')).toEqual([{ epoch: before }]);
  });

  it('has all appends of the old one before it and all of the new one behind it, in number', async () => {
    const url = await emptyDatabase();
    const processes = [(await openPostgres(url)).database, (await openPostgres(url)).database];
    const told: AppendedFeedEntry[] = [];
    for (const database of processes) database.onFeedEntries((entries) => told.push(...entries));
    let isWriting = true;
    const writing = processes.flatMap((database, index) =>
      [0, 1, 2].map(async (writer) => {
        for (let n = 0; isWriting; n += 1) await append(database, `${index}/${writer}/${n}`);
      }),
    );
    await vi.waitFor(() => expect(told.length).toBeGreaterThan(30), WAIT);
    const before = processes[0]?.epoch;
    const after = await processes[0]?.renewEpoch();
    const renewedAt = told.length;
    await vi.waitFor(() => expect(told.length).toBeGreaterThan(renewedAt + 30), WAIT);
    isWriting = false;
    await Promise.all(writing);
    const inOrder = told.toSorted((a, b) => a.seq - b.seq).map(({ epoch }) => epoch);
    const first = inOrder.indexOf(after ?? '');
    expect(first).toBeGreaterThan(0);
    expect(new Set(inOrder.slice(0, first))).toEqual(new Set([before]));
    expect(new Set(inOrder.slice(first))).toEqual(new Set([after]));
  });
});
