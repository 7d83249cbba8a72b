import type { Moment } from '@ovation/protocol';
import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../../ports/database.ts';
import { createMemoryDatabase } from '../../../test/support/memory-database.ts';
import { createMoments } from './index.ts';
import { momentMigrations } from './migrations.ts';
import { type MomentPlace, type MomentsWanted, pageMoments } from './page-moments.ts';
import { momentTable } from './tables.ts';

let database: Database;
beforeAll(async () => {
  database = await createMemoryDatabase(momentMigrations);
});
afterAll(() => database[Symbol.asyncDispose]());
beforeEach(async () => {
  await sql`truncate significant_moments, audience_moments`.execute(database.sql);
});

const T0 = Date.UTC(2026, 0, 1);

/** Of the classic rule or, with another detector, of the other table. */
async function insert(id: string, minute: number, changes: Partial<Moment> = {}): Promise<void> {
  const windowStart = new Date(T0 + minute * 60_000).toISOString();
  const body = {
    id,
    windowStart,
    detector: 'ratio',
    emote: 'unicode:1f525',
    display: '🔥',
    broadcastId: null,
    ...changes,
  };
  await sql`
    insert into ${sql.table(momentTable(body.detector))} (id, emote, "timestamp", count, total, ratio, channel, rev, body)
    values (${id}, ${body.display}, ${windowStart}, 1, 1, 1, 'alice', 1, ${JSON.stringify(body)}::jsonb)`.execute(
    database.sql,
  );
}

const ids = async (wanted: Partial<MomentsWanted>) =>
  (await pageMoments(database, 'alice', { limit: 100, ...wanted })).moments.map(({ id }) => id);

describe('pages of moments', () => {
  it('show each moment once, whatever comes in between two pages (S1-14)', async () => {
    const minute = fc.integer({ min: 0, max: 20 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(minute, { minLength: 1, maxLength: 15 }),
        fc.array(fc.array(minute, { maxLength: 3 }), { maxLength: 20 }),
        fc.integer({ min: 1, max: 4 }),
        async (first, inBetween, limit) => {
          await sql`truncate significant_moments, audience_moments`.execute(database.sql);
          let made = 0;
          // The hash of an id has no order: neither have these.
          const add = (at: number) => {
            const detector = made % 3 === 0 ? 'surge' : 'ratio';
            return insert(`${(made * 7919) % 101}-${made++}`, at, { detector });
          };
          for (const at of first) await add(at);
          const before = await ids({});
          const seen: string[] = [];
          let after: MomentPlace | undefined;
          for (let page = 0; ; page++) {
            const { moments, next } = await pageMoments(database, 'alice', { after, limit });
            seen.push(...moments.map(({ id }) => id));
            if (!next) break;
            after = next;
            for (const at of inBetween[page] ?? []) await add(at);
          }
          expect(new Set(seen).size).toBe(seen.length);
          expect(before.filter((id) => !seen.includes(id))).toEqual([]);
        },
      ),
      { numRuns: 25 },
    );
  });

  it('can be of one broadcast, one emote, one span', async () => {
    await insert('a', 1, { broadcastId: 'b1' });
    await insert('b', 2, { emote: 'twitch:25', display: 'Kappa' });
    await insert('c', 3);
    expect(await ids({})).toEqual(['c', 'b', 'a']);
    expect(await ids({ broadcastId: 'b1' })).toEqual(['a']);
    expect(await ids({ emote: { key: 'twitch:25', shown: 'twitch:25' } })).toEqual(['b']);
    expect(await ids({ emote: { key: 'Kappa', shown: 'Kappa' } })).toEqual(['b']);
    expect(await ids({ from: '2026-01-01T01:02:00+01:00', to: '2026-01-01T00:03:00Z' })).toEqual(['c', 'b']);
    expect((await pageMoments(database, 'bob', { limit: 5 })).moments).toEqual([]);
  });

  it('are of all detectors in one order, and so are the latest ones', async () => {
    await insert('a', 1);
    await insert('b', 2, { detector: 'surge', emote: '', display: '' });
    await insert('c', 3);
    await insert('d', 4, { detector: 'surge', emote: '', display: '' });
    expect(await ids({})).toEqual(['d', 'c', 'b', 'a']);
    expect(await ids({ detector: 'surge' })).toEqual(['d', 'b']);
    expect(await ids({ detector: 'ratio', limit: 1 })).toEqual(['c']);
    for (const [table, minutes] of [
      ['significant_moments', 10],
      ['audience_moments', 5],
    ] as const) {
      await sql`update ${sql.table(table)} set created_at = "timestamp" + ${minutes} * interval '1 minute'`.execute(
        database.sql,
      );
    }
    // Only the database is asked.
    const moments = createMoments({ database, activityPartitions: 1 } as Parameters<typeof createMoments>[0]);
    expect((await moments.recent('alice', 3)).map(({ id }) => id)).toEqual(['c', 'a', 'd']);
  });

  it('end where nothing follows, also when the last page is full', async () => {
    await insert('a', 1);
    await insert('b', 2);
    expect((await pageMoments(database, 'alice', { limit: 2 })).next).toBeUndefined();
    expect((await pageMoments(database, 'alice', { limit: 1 })).next).toEqual({
      at: '2026-01-01T00:02:00.000Z',
      id: 'b',
    });
  });
});
