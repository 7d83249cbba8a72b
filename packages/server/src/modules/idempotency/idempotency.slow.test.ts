import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Database } from '../../ports/database.ts';
import { createManualClock, type ManualClock } from '../../../test/support/manual-clock.ts';
import { silentLogger } from '../../telemetry/logger.ts';
import { createMemoryDatabase } from '../../../test/support/memory-database.ts';
import type { FirstRequest, KeyedRequest } from '../../http/hooks/keep-one-effect.ts';
import { createIdempotency, type Idempotency, idempotencyMigrations } from './index.ts';

let database: Database;
let clock: ManualClock;
let keys: Idempotency;
const another = () => createIdempotency({ database, clock, logger: silentLogger() });

beforeAll(async () => {
  database = await createMemoryDatabase(idempotencyMigrations);
});
afterAll(() => database[Symbol.asyncDispose]());
beforeEach(async () => {
  await sql`truncate idempotency_keys`.execute(database.sql);
  clock = createManualClock();
  keys = another();
});

const request = (changes: Partial<KeyedRequest> = {}): KeyedRequest => ({
  principal: 'user:1',
  route: 'POST /api/v1/channels',
  key: 'k',
  bodyHash: 'h',
  ...changes,
});
const response = { status: 201, headers: { 'content-type': 'application/json' }, body: '{"name":"alice"}' };

async function first(of: Idempotency = keys, one = request()): Promise<FirstRequest> {
  const begun = await of.begin(one);
  if (begun.outcome !== 'first') throw new Error(`expected the first request, not ${begun.outcome}`);
  return begun;
}

describe('a key', () => {
  it('gives the same response again, also in another process, and only for the same body (S1-07)', async () => {
    await (await first()).finish(response);
    expect(await keys.begin(request())).toEqual({ outcome: 'repeat', response });
    expect(await another().begin(request())).toEqual({ outcome: 'repeat', response });
    expect(await keys.begin(request({ bodyHash: 'other' }))).toEqual({ outcome: 'other_body' });
  });

  it('belongs to one caller and one address', async () => {
    await first();
    expect((await first(keys, request({ principal: 'user:2' }))).outcome).toBe('first');
    expect((await first(keys, request({ route: 'POST /api/v1/other' }))).outcome).toBe('first');
  });

  it('is forgotten after 24 hours, and what comes then is another effect', async () => {
    const before = await first();
    await before.finish(response);
    clock.advance(24 * 3_600_000 - 1);
    expect((await keys.begin(request())).outcome).toBe('repeat');
    clock.advance(1);
    expect((await first(keys, request({ bodyHash: 'other' }))).effectId).not.toBe(before.effectId);
  });

  it('lets a second request wait for the first', async () => {
    const one = await first();
    const second = keys.begin(request());
    await one.finish(response);
    expect(await second).toEqual({ outcome: 'repeat', response });
  });

  it('lets exactly one of many at once begin', async () => {
    const begun = await Promise.all(Array.from({ length: 10 }, () => another().begin(request())));
    expect(begun.filter(({ outcome }) => outcome === 'first')).toHaveLength(1);
    expect(begun.filter(({ outcome }) => outcome === 'in_progress')).toHaveLength(9);
  });

  it('says "in progress" when the first takes too long, or is another process’s', async () => {
    await first();
    expect(await another().begin(request())).toEqual({ outcome: 'in_progress', retryAfterMs: 1_000 });
    let answer: unknown;
    void keys.begin(request()).then((begun) => {
      answer = begun;
    });
    while (answer === undefined) {
      // One answer of the database for each second: time must not overtake the request and end the claim of the first.
      await sql`select 1`.execute(database.sql);
      clock.advance(1_000);
    }
    expect(answer).toMatchObject({ outcome: 'in_progress' });
  });

  it('can be begun again when its process died, with the same effect', async () => {
    const dead = await first();
    clock.advance(29_999);
    expect((await another().begin(request())).outcome).toBe('in_progress');
    clock.advance(1);
    const next = await first(another());
    expect(next.effectId).toBe(dead.effectId);
    await next.finish(response);
    await dead.finish({ ...response, body: 'too late' });
    expect(await keys.begin(request())).toEqual({ outcome: 'repeat', response });
  });

  it('is free again when nothing happened, and keeps its effect when something may have', async () => {
    const refused = await first();
    await refused.giveUp(true);
    const failed = await first(keys, request({ bodyHash: 'corrected' }));
    expect(failed.effectId).not.toBe(refused.effectId);
    await failed.giveUp(false);
    expect((await keys.begin(request())).outcome).toBe('other_body');
    expect((await first(keys, request({ bodyHash: 'corrected' }))).effectId).toBe(failed.effectId);
  });

  it('is removed from the table some time after it ran out', async () => {
    await (await first()).finish(response);
    clock.advance(25 * 3_600_000);
    await first(keys, request({ key: 'new' }));
    await vi.waitFor(
      async () => {
        const { rows } = await sql`select key from idempotency_keys`.execute(database.sql);
        expect(rows).toEqual([{ key: 'new' }]);
      },
      { timeout: 200_000 },
    );
  });
});
