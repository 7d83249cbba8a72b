import { sql } from 'kysely';
import { expect, it, onTestFinished } from 'vitest';
import type { AppendedFeedEntry, Database } from '../../src/ports/database.ts';

interface Placed {
  feed: string;
  seq: number;
  key: string;
}

async function entriesOf(database: Database, prefix: string): Promise<Placed[]> {
  const { rows } = await sql<Placed>`
    select feed, seq, key from entries where starts_with(feed, ${prefix}) order by feed, seq
  `.execute(database.sql);
  return rows;
}

function collectEntries(database: Database): AppendedFeedEntry[] {
  const seen: AppendedFeedEntry[] = [];
  const listening = database.onFeedEntries((entries) => seen.push(...entries));
  onTestFinished(() => listening[Symbol.dispose]());
  return seen;
}

/** Rules of flows.md B3.1. */
export function describeFeedAppends(subject: () => Database): void {
  it('numbers each feed from 1 without gaps under 20 concurrent units over three feeds in mixed order', async () => {
    const seen = collectEntries(subject());
    const feeds = ['mixed:c', 'mixed:a', 'mixed:b'];
    const units = Array.from({ length: 20 }, (_, unit) =>
      subject().unitOfWork(async (uow) => {
        const order = unit % 2 === 0 ? feeds : feeds.toReversed();
        for (const feed of order) uow.appendFeed({ feed, key: `unit-${unit}`, body: { unit } });
        if (unit % 5 === 0) throw new Error('one in five fails');
      }),
    );
    await Promise.allSettled(units);

    const stored = await entriesOf(subject(), 'mixed:');
    for (const feed of feeds) {
      const numbers = stored.filter((entry) => entry.feed === feed).map(({ seq }) => seq);
      expect(numbers).toEqual(Array.from({ length: 16 }, (_, index) => index + 1));
    }
    const { rows: heads } = await sql`select seq from feeds where starts_with(feed, 'mixed:')`.execute(subject().sql);
    expect(heads).toEqual([{ seq: 16 }, { seq: 16 }, { seq: 16 }]);
    const told = seen.map(({ feed, seq, key }) => `${feed} ${seq} ${key}`);
    expect(told.toSorted()).toEqual(stored.map(({ feed, seq, key }) => `${feed} ${seq} ${key}`).toSorted());
  });

  it('skips a key that the feed has, tells nobody of it and gives no number away', async () => {
    const seen = collectEntries(subject());
    const append = (...keys: string[]) =>
      subject().unitOfWork(async (uow) => {
        for (const key of keys) uow.appendFeed({ feed: 'skip', key, body: key });
      });
    await append('one', 'two');
    await append('two', 'three', 'three');
    await append('one');
    expect(await entriesOf(subject(), 'skip')).toMatchObject([
      { key: 'one' },
      { key: 'two' },
      { key: 'three', seq: 3 },
    ]);
    expect(seen.map(({ key, seq }) => [key, seq])).toEqual([
      ['one', 1],
      ['two', 2],
      ['three', 3],
    ]);
  });

  it('tells listeners after the commit, with epoch and body, and not of what was rolled back', async () => {
    const seen = collectEntries(subject());
    await subject().unitOfWork(async (uow) => {
      uow.appendFeed({ feed: 'told', key: 'a', body: { z: 1, a: [2] } });
      expect(seen).toEqual([]);
    });
    const failing = subject().unitOfWork(async (uow) => {
      uow.appendFeed({ feed: 'told', key: 'b', body: 0 });
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(seen).toEqual([{ feed: 'told', key: 'a', epoch: subject().epoch, seq: 1, body: { z: 1, a: [2] } }]);
  });

  it('keeps a commit although a listener throws', async () => {
    const angry = subject().onFeedEntries(() => {
      throw new Error('listener');
    });
    onTestFinished(() => angry[Symbol.dispose]());
    const seen = collectEntries(subject());
    await subject().unitOfWork(async (uow) => uow.appendFeed({ feed: 'angry', key: 'a', body: 1 }));
    expect(seen).toHaveLength(1);
  });

  it('puts feed entries and records into the outbox in their order, keys of bodies as they were', async () => {
    await sql`delete from outbox`.execute(subject().sql);
    let woken = 0;
    const listening = subject().onOutbox(() => (woken += 1));
    onTestFinished(() => listening[Symbol.dispose]());
    await subject().unitOfWork(async (uow) => {
      uow.appendOutbox({ topic: 'things', key: null, partition: 3, body: { z: 1, a: 2 } });
      uow.appendOutbox({ topic: 'things', key: 'k', body: ['x'] });
      uow.appendFeed({ feed: 'out', key: 'a', body: { z: 1, a: 2 } });
    });
    await subject().unitOfWork(async () => {});
    const { rows } = await sql`
      select topic, partition, key, feed, epoch, seq, body::text as body from outbox order by id
    `.execute(subject().sql);
    const epoch = subject().epoch;
    expect(rows).toEqual([
      { topic: 'feeds', partition: null, key: 'out', feed: 'out', epoch, seq: 1, body: '{"z":1,"a":2}' },
      { topic: 'things', partition: 3, key: null, feed: null, epoch: null, seq: null, body: '{"z":1,"a":2}' },
      { topic: 'things', partition: null, key: 'k', feed: null, epoch: null, seq: null, body: '["x"]' },
    ]);
    expect(woken).toBe(1);
  });

  it('refuses a body that text in the database cannot hold, and one without a JSON form', async () => {
    const append = (body: unknown) =>
      subject().unitOfWork(async (uow) => uow.appendFeed({ feed: 'bad', key: 'a', body }));
    await expect(append({ text: 'a\0b' })).rejects.toMatchObject({ code: '22021' });
    await expect(append({ text: '\uDE00' })).rejects.toMatchObject({ code: '22021' });
    await expect(append(undefined)).rejects.toThrow('JSON');
    await append({ text: String.raw`a written \u0000 is text` });
    expect(await entriesOf(subject(), 'bad')).toHaveLength(1);
  });

  it('renews the epoch between units: what runs belongs to the old one, what begins later to the new one', async () => {
    const seen = collectEntries(subject());
    const before = subject().epoch;
    const append = (key: string) =>
      subject().unitOfWork(async (uow) => {
        await sql`select 1`.execute(uow.sql);
        uow.appendFeed({ feed: 'renewed', key, body: key });
      });
    const first = [append('a'), append('b')];
    const renewed = [subject().renewEpoch(), subject().renewEpoch()];
    const second = [append('c'), append('d')];
    await Promise.all([...first, ...second]);
    const after = subject().epoch;
    expect(await Promise.all(renewed)).toEqual([after, after]);
    expect(after.split('.')[0]).not.toBe(before.split('.')[0]);
    expect(seen.map(({ epoch, seq }) => ({ epoch, seq })).toSorted((a, b) => a.seq - b.seq)).toEqual([
      { epoch: before, seq: 1 },
      { epoch: before, seq: 2 },
      { epoch: after, seq: 3 },
      { epoch: after, seq: 4 },
    ]);
    await expect(subject().unitOfWork(() => subject().renewEpoch())).rejects.toThrow('unit of work');
  });

  it('loses and repeats nothing when a key is appended by 20 units at once', async () => {
    const units = Array.from({ length: 20 }, () =>
      subject().unitOfWork(async (uow) => uow.appendFeed({ feed: 'same', key: 'only', body: 1 })),
    );
    await Promise.all(units);
    expect(await entriesOf(subject(), 'same')).toEqual([{ feed: 'same', seq: 1, key: 'only' }]);
  });
}
