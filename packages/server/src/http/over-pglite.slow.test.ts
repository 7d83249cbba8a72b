import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance, InjectOptions } from 'fastify';
import { partitionOf } from '@ovation/protocol';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPgliteDatabase } from '../adapters/pglite/database.ts';
import { channelMigrations, createChannels } from '../modules/channels/index.ts';
import { createIdempotency, idempotencyMigrations } from '../modules/idempotency/index.ts';
import { feedMigrations } from '../modules/feeds/index.ts';
import type { Database } from '../ports/database.ts';
import { createManualClock } from '../../test/support/manual-clock.ts';
import { silentLogger } from '../telemetry/logger.ts';
import { fakeParts, serveFakes } from '../../test/support/http-fakes.ts';
import { queryJson } from '../modules/inspection/run-query.ts';

let home: string;
let database: Database;
let app: FastifyInstance;
const limits = { take: () => Promise.resolve(undefined) };
const clearFeed = () => Promise.resolve();

beforeAll(async () => {
  const clock = createManualClock();
  const logger = silentLogger();
  const migrations = [...feedMigrations, ...channelMigrations, ...idempotencyMigrations];
  home = mkdtempSync(join(tmpdir(), 'ovation-http-'));
  database = await openPgliteDatabase({ folder: join(home, 'database'), migrations, clock, logger });
  const outbox = { relayed: () => Promise.resolve(true) };
  const channels = createChannels({ database, outbox, clearFeed, limits, clock, logger, activityPartitions: 4 });
  const idempotency = createIdempotency({ database, clock, logger });
  app = await serveFakes(fakeParts({ channels, clock, database, idempotency }).parts);
});
afterAll(async () => {
  await app?.close();
  await database?.[Symbol.asyncDispose]();
  rmSync(home, { recursive: true, force: true });
});

async function call(method: NonNullable<InjectOptions['method']>, url: string, payload?: object) {
  const headers = { authorization: 'Bearer local-secret' };
  const answer = await app.inject({ method, url, headers, ...(payload ? { payload } : {}) });
  return { status: answer.statusCode, body: answer.json() };
}

const query = (sql: string) => call('POST', '/internal/sql', { sql });

describe('HTTP over PostgreSQL', () => {
  it('shows changed settings by every door and by SQL', async () => {
    expect((await call('PUT', '/settings/interval', { interval: 50 })).status).toBe(200);
    expect((await call('PUT', '/api/v1/channels/default/settings', { threshold: 0.25 })).body.version).toBe(2);
    expect((await call('GET', '/settings/interval')).body).toEqual({ interval: 50 });
    expect((await query('select setting_name, setting_value from settings order by id')).body).toEqual({
      columns: ['setting_name', 'setting_value'],
      rows: [
        { setting_name: 'analysis_interval', setting_value: 50 },
        { setting_name: 'significance_threshold', setting_value: 0.25 },
        { setting_name: 'allowed_emotes', setting_value: ['😀', '😡', '😢', '😮', '❤️', '👍', '👎', '🔥'] },
      ],
      truncated: false,
    });
    expect((await call('GET', '/health')).body).toMatchObject({ status: 'healthy', settings: { interval: 50 } });
  });

  it('creates a channel, starts and ends its broadcast', async () => {
    expect((await call('POST', '/api/v1/channels', { name: 'alice' })).status).toBe(201);
    const started = await call('POST', '/api/v1/channels/alice/broadcasts', { title: 'Friday' });
    expect((await call('GET', '/api/v1/channels/alice')).body.live).toEqual(started.body);
    const ended = await call('DELETE', '/api/v1/channels/alice/broadcasts/current');
    expect(ended.body.id).toBe(started.body.id);
    const entries = await query("select seq, key, body from entries where feed = 'channel:alice' order by seq");
    expect(entries.body.rows).toEqual([
      { seq: 1, key: `broadcast:${started.body.id}:start`, body: { y: 'broadcast', d: started.body } },
      { seq: 2, key: `broadcast:${started.body.id}:end`, body: { y: 'broadcast', d: ended.body } },
    ]);
    const records = await query(
      `select partition, body from outbox where topic = 'activity' and body ->> 'ch' = 'alice' order by id`,
    );
    const partition = partitionOf('alice', 4);
    expect(records.body.rows).toMatchObject([
      { partition, body: { k: 's', ver: 1, body: { broadcastId: started.body.id } } },
      { partition, body: { k: 's', ver: 2, body: { broadcastId: null } } },
    ]);
  });

  it('takes whatever settings it accepted', async () => {
    const settings = fc.record(
      {
        interval: fc.integer({ min: 1, max: 1000 }),
        threshold: fc.double({ min: 0, max: 1, minExcluded: true, maxExcluded: true, noNaN: true }),
        allowedEmotes: fc.array(fc.string({ unit: 'binary', maxLength: 40 }), { minLength: 1, maxLength: 5 }),
      },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(settings, async (patch) => {
        const answer = await call('PUT', '/api/v1/channels/fuzz/settings', patch);
        expect([200, 400]).toContain(answer.status);
        if (answer.status === 200) {
          expect(answer.body).toMatchObject(patch);
          expect((await call('GET', '/api/v1/channels/fuzz/settings')).body).toEqual(answer.body);
        }
      }),
      { numRuns: 50 },
    );
  });
});

describe('Idempotency-Key', () => {
  const path = '/api/v1/channels/idem/broadcasts';
  const post = async (key: string, payload: object, url = path) => {
    const headers = { 'idempotency-key': key };
    const answer = await app.inject({ method: 'POST', url, headers, payload });
    return { status: answer.statusCode, body: answer.json(), headers: answer.headers };
  };
  const started = async (title: string) =>
    (await query(`select count(*)::int as n from broadcasts where title = '${title}'`)).body.rows[0].n;

  it('makes two parallel requests one effect with one answer (S1-07)', async () => {
    const [one, two] = await Promise.all([post('parallel', { title: 'both' }), post('parallel', { title: 'both' })]);
    expect([one.status, two.status, await started('both')]).toEqual([201, 201, 1]);
    expect(one.body).toEqual(two.body);
    const replayed = [one, two].map(({ headers }) => headers['idempotency-replayed']);
    expect(new Set(replayed)).toEqual(new Set(['true', undefined]));
  });

  it('gives the first answer again, byte for byte, and starts nothing again (S1-07)', async () => {
    const first = await post('again', { title: 'once' });
    await call('DELETE', `${path}/current`);
    const second = await post('again', { title: 'once' });
    expect([second.status, second.body, second.headers['content-type']]).toEqual([
      first.status,
      first.body,
      first.headers['content-type'],
    ]);
    expect(second.headers['idempotency-replayed']).toBe('true');
    expect([await started('once'), (await call('GET', '/api/v1/channels/idem')).body.live]).toEqual([1, null]);
  });

  it('is refused with another body, and taken for another address (S1-07)', async () => {
    expect((await post('one-key', { title: 'x' })).status).toBe(201);
    expect(await post('one-key', { title: 'y' })).toMatchObject({
      status: 409,
      body: { error: { code: 'idempotency_conflict' } },
    });
    expect((await post('one-key', { name: 'idem2' }, '/api/v1/channels')).status).toBe(201);
  });

  it('is not used up by a request that was refused', async () => {
    const reactions = '/api/v1/channels/later/reactions';
    const batch = { reactions: [{ id: 'r1', emote: '🔥', occurredAt: '2026-01-01T00:00:00Z' }] };
    expect((await post('refused', batch, reactions)).status).toBe(404);
    await call('POST', '/api/v1/channels', { name: 'later' });
    expect((await post('refused', batch, reactions)).status).toBe(202);
    expect((await post('refused', batch, reactions)).headers['idempotency-replayed']).toBe('true');
  });

  it('starts nothing again when the process died between the effect and its answer (S1-07)', async () => {
    const logger = silentLogger();
    const clock = createManualClock();
    const channels = createChannels({
      database,
      outbox: { relayed: () => Promise.resolve(true) },
      clearFeed,
      limits,
      clock,
      logger,
      activityPartitions: 4,
    });
    const keys = createIdempotency({ database, clock, logger });
    // It dies before the key gets its answer.
    const begin: typeof keys.begin = async (request) => ({ ...(await keys.begin(request)), finish: async () => {} });
    const dying = await serveFakes(fakeParts({ channels, clock, database, idempotency: { begin } }).parts);
    const request = {
      method: 'POST',
      url: path,
      headers: { 'idempotency-key': 'died' },
      payload: { title: 'died' },
    } as const;
    const lost = await dying.inject(request);
    await dying.close();
    const idempotency = createIdempotency({ database, clock, logger });
    await using next = await serveFakes(fakeParts({ channels, clock, database, idempotency }).parts);
    expect((await next.inject(request)).json().error.code).toBe('in_progress');
    clock.advance(30_000);
    const again = await next.inject(request);
    expect([again.statusCode, again.json().id, await started('died')]).toEqual([201, lost.json().id, 1]);
  });

  it.each(['', 'a b', 'é', 'x'.repeat(256)])('%j is no key', async (key) => {
    expect(await post(key, { title: 'x' })).toMatchObject({
      status: 400,
      body: { error: { details: [{ field: 'idempotency-key' }] } },
    });
  });
});

describe('/internal/sql', () => {
  it('answers at most 1,000 rows and says when there are more', async () => {
    const { body } = await query('select n from generate_series(1, 5000) n order by n desc -- newest first\n;\n');
    expect([body.rows.length, body.rows[0], body.truncated]).toEqual([1000, { n: 5000 }, true]);
  });

  it('says what JSON cannot say as text', async () => {
    const { body } = await query(String.raw`select '\x00ff'::bytea as bytes, null as nothing, now() as instant`);
    expect(body.rows).toEqual([{ bytes: '\\x00ff', nothing: null, instant: expect.stringMatching(/^\d{4}-.*Z$/) }]);
    const big = { columns: ['n'], rows: [{ n: 9007199254740993n }], truncated: false };
    expect(queryJson(big)).toBe('{"columns":["n"],"rows":[{"n":"9007199254740993"}],"truncated":false}');
  });

  it.each([
    'delete from settings',
    'with gone as (delete from settings returning 1) select * from gone',
    'select 1; delete from settings',
    'select 1) as answer; delete from settings; --',
    "select set_config('transaction_read_only', 'off', true) from settings; delete from settings",
    "select nextval('settings_id_seq')",
    'commit',
    'nonsense',
    'select $2::text',
    'select 1 / 0',
  ])('refuses %s and changes nothing', async (sql) => {
    const answer = await query(sql);
    expect([sql, answer.status]).toEqual([sql, 400]);
    expect(answer.body.error.code).toBe('validation_failed');
    expect((await query('select count(*)::int as n from settings')).body.rows).toEqual([{ n: 3 }]);
  });

  it('cannot make its transaction writable', async () => {
    const answer = await query("select set_config('transaction_read_only', 'off', true)");
    expect(answer.status).toBe(400);
  });

  it('answers any text', async () => {
    const words = fc.constantFrom(
      'select',
      '*',
      'from',
      'settings',
      ';',
      ')',
      '(',
      '--',
      '/*',
      "'",
      '"',
      '$$',
      '\n',
      'limit',
      '1',
      '$1',
      'as',
      ',',
      'update',
      'set',
    );
    const sql = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 60 }),
      fc.array(words, { maxLength: 12 }).map((parts) => parts.join(' ')),
    );
    await fc.assert(
      fc.asyncProperty(sql, async (text) => {
        expect([200, 400]).toContain((await query(text)).status);
      }),
      { numRuns: 200 },
    );
    expect((await query('select count(*)::int as n from settings')).body.rows).toEqual([{ n: 3 }]);
  });
});
