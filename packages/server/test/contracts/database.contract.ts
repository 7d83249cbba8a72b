import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { describeFeedAppends } from './database-feeds.contract.ts';
import type { Database } from '../../src/ports/database.ts';

/** What every database does; its adapters' tests call this. `open` answers one that has run `feedMigrations`. */
export function describeDatabaseContract(name: string, open: () => Promise<Database>): void {
  describe(`${name} as a database`, () => {
    let database: Database;
    beforeAll(async () => {
      database = await open();
      await sql`create table notes (id int primary key, text text, doc jsonb, raw json, big bigint, at timestamptz)`.execute(
        database.sql,
      );
    });
    beforeEach(async () => {
      await sql`delete from notes`.execute(database.sql);
    });
    afterAll(async () => {
      await database[Symbol.asyncDispose]();
    });
    const subject = () => database;

    describe('values', () => {
      describeValues(subject);
    });
    describe('units of work', () => {
      describeUnits(subject);
    });
    describe('misuse', () => {
      describeMisuse(subject);
    });
    describe('feeds and outbox', () => {
      describeFeedAppends(subject);
    });
  });
}

async function insertNote(handle: Database | { sql: Database['sql'] }, id: number, text = 'a note'): Promise<void> {
  await sql`insert into notes (id, text) values (${id}, ${text})`.execute(handle.sql);
}

async function noteIds(database: Database): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`select id from notes order by id`.execute(database.sql);
  return rows.map(({ id }) => id);
}

function describeValues(subject: () => Database): void {
  it('gives int8 and counts as numbers', async () => {
    const { rows } = await sql`select 9007199254740991::bigint as big, count(*) as n from notes`.execute(subject().sql);
    expect(rows).toEqual([{ big: Number.MAX_SAFE_INTEGER, n: 0 }]);
  });

  it('gives json and jsonb parsed, and instants as Date', async () => {
    const doc = { list: [1, 'two', null], inner: { ok: true } };
    const at = new Date('2026-01-02T03:04:05.678Z');
    await sql`insert into notes (id, doc, raw, at) values (1, ${JSON.stringify(doc)}, ${JSON.stringify(doc)}, ${at})`.execute(
      subject().sql,
    );
    const { rows } = await sql`select doc, raw, at from notes`.execute(subject().sql);
    expect(rows).toEqual([{ doc, raw: doc, at }]);
  });

  it('gives bytes as bytes, also where JSON is made of them', async () => {
    const { rows } = await sql<{ bytes: Uint8Array }>`select '\\x00ff'::bytea as bytes`.execute(subject().sql);
    expect(rows).toEqual([{ bytes: Uint8Array.of(0, 255) }]);
    expect(JSON.stringify(rows)).toBe('[{"bytes":{"0":0,"1":255}}]');
  });

  it('runs lone statements beside each other or one after the other, each with its own answer', async () => {
    const asked = Array.from({ length: 30 }, (_, n) => n);
    const answers = asked.map(async (n) => (await sql`select ${n}::int as n`.execute(subject().sql)).rows);
    expect(await Promise.all(answers)).toEqual(asked.map((n) => [{ n }]));
  });

  it('reports a violated constraint with its code, constraint and detail', async () => {
    await insertNote(subject(), 1);
    const again = insertNote(subject(), 1);
    await expect(again).rejects.toMatchObject({ code: '23505', constraint: 'notes_pkey', table: 'notes' });
  });

  it.each([
    ['U+0000', 'a\0b'],
    ['a lone surrogate', 'a\uD83Db'],
  ])('refuses %s in text and goes on', async (_what, text) => {
    await expect(insertNote(subject(), 1, text)).rejects.toMatchObject({ code: '22021' });
    await insertNote(subject(), 1, 'a 👍');
    expect(await noteIds(subject())).toEqual([1]);
  });

  it('answers a ping', async () => {
    await expect(subject().ping(60_000)).resolves.toBeUndefined();
  });
}

function describeUnits(subject: () => Database): void {
  it('commits everything and answers what the work answered', async () => {
    const answer = await subject().unitOfWork(async (uow) => {
      await insertNote(uow, 1);
      await insertNote(uow, 2);
      return 'done';
    });
    expect(answer).toBe('done');
    expect(await noteIds(subject())).toEqual([1, 2]);
  });

  it('rolls everything back when the work throws', async () => {
    const failing = subject().unitOfWork(async (uow) => {
      await insertNote(uow, 1);
      throw new Error('changed my mind');
    });
    await expect(failing).rejects.toThrow('changed my mind');
    expect(await noteIds(subject())).toEqual([]);
  });

  it('runs in READ COMMITTED', async () => {
    const { rows } = await subject().unitOfWork((uow) => sql`show transaction_isolation`.execute(uow.sql));
    expect(rows).toEqual([{ transaction_isolation: 'read committed' }]);
  });

  it('refuses to commit after a failed statement, even when the work caught its error', async () => {
    const swallowing = subject().unitOfWork(async (uow) => {
      await insertNote(uow, 1);
      await insertNote(uow, 1).catch(() => {});
    });
    await expect(swallowing).rejects.toMatchObject({ code: '25P02' });
    expect(await noteIds(subject())).toEqual([]);
  });

  it('keeps lone statements apart from units that fail beside them', async () => {
    const units = Array.from({ length: 20 }, (_, index) =>
      subject().unitOfWork(async (uow) => {
        await insertNote(uow, index);
        if (index % 2 === 0) throw new Error('even');
      }),
    );
    const alone = Array.from({ length: 20 }, (_, index) => insertNote(subject(), 100 + index));
    await Promise.all([Promise.allSettled(units), ...alone]);
    const odd = Array.from({ length: 10 }, (_, index) => index * 2 + 1);
    expect(await noteIds(subject())).toEqual([...odd, ...Array.from({ length: 20 }, (_, index) => 100 + index)]);
  });

  it.each(['40001', '40P01'])('runs the work again, at most three times, after %s', async (code) => {
    let runs = 0;
    const unlucky = subject().unitOfWork(async (uow) => {
      runs += 1;
      await insertNote(uow, runs);
      await raise(uow, code);
    });
    await expect(unlucky).rejects.toMatchObject({ code });
    expect(runs).toBe(4);
    expect(await noteIds(subject())).toEqual([]);
  });

  it('forgets what a run collected that is run again', async () => {
    let runs = 0;
    await subject().unitOfWork(async (uow) => {
      runs += 1;
      uow.appendFeed({ feed: 'retried', key: `run-${runs}`, body: runs });
      if (runs < 3) await raise(uow, '40001');
    });
    const { rows } = await sql`select key, seq from entries where feed = 'retried'`.execute(subject().sql);
    expect(rows).toEqual([{ key: 'run-3', seq: 1 }]);
  });
}

async function raise(uow: { sql: Database['sql'] }, code: string): Promise<void> {
  await sql.raw(`do $$ begin raise exception 'planned' using errcode = '${code}'; end $$`).execute(uow.sql);
}

function describeMisuse(subject: () => Database): void {
  it('refuses a unit of work inside another', async () => {
    const nested = subject().unitOfWork(() => subject().unitOfWork(async () => {}));
    await expect(nested).rejects.toThrow('inside a unit of work');
  });

  it('refuses the root handle inside a unit of work instead of waiting for itself', async () => {
    const crossed = subject().unitOfWork(async (uow) => {
      await insertNote(uow, 1);
      await insertNote(subject(), 2);
    });
    await expect(crossed).rejects.toThrow('inside a unit of work');
    expect(await noteIds(subject())).toEqual([]);
  });

  it('refuses a transaction of Kysely, on both handles', async () => {
    const outside = subject()
      .sql.transaction()
      .execute(async () => {});
    await expect(outside).rejects.toThrow('unitOfWork');
    const inside = subject().unitOfWork((uow) => uow.sql.transaction().execute(async () => {}));
    await expect(inside).rejects.toThrow('unitOfWork');
  });

  it('refuses the handle of a unit that is over', async () => {
    const handle = await subject().unitOfWork(async (uow) => ({ sql: uow.sql }));
    await expect(insertNote(handle, 1)).rejects.toThrow('over');
  });

  it('rolls back a unit that waits for something other than the database, and serves the others', async () => {
    const idle = subject().unitOfWork(async (uow) => {
      await insertNote(uow, 1);
      await new Promise(() => {});
    });
    const waiting = insertNote(subject(), 2);
    await expect(idle).rejects.toMatchObject({ code: '25P03' });
    await waiting;
    expect(await noteIds(subject())).toEqual([2]);
  });
}
