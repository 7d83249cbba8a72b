import type { FastifyInstance, InjectOptions } from 'fastify';
import { SignJWT } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAccess } from '../modules/access/index.ts';
import { ChannelProblem } from '../modules/channels/index.ts';
import { EventLogError } from '../ports/event-log.ts';
import { fakeMoment } from '../../test/support/fake-moment.ts';
import { fakeDatabase, type FakeParts, fakeParts, serveFakes } from '../../test/support/http-fakes.ts';
import { HOSTILE_EMOTES, HOSTILE_NAMES } from '../../test/support/hostile-emotes.ts';

let app: FastifyInstance;
let fake: ReturnType<typeof fakeParts>;

async function serve(changes: Partial<FakeParts> = {}) {
  await app?.close();
  fake = fakeParts(changes);
  app = await serveFakes(fake.parts);
}

async function call(method: NonNullable<InjectOptions['method']>, path: string, options: InjectOptions = {}) {
  const answer = await app.inject({ method, url: `/api/v1${path}`, ...options });
  return { status: answer.statusCode, body: answer.body === '' ? undefined : answer.json(), headers: answer.headers };
}

beforeEach(() => serve());
afterEach(() => app.close());

describe('an error of /api/v1', () => {
  it('has the envelope, and the request id that the caller chose (S1-08)', async () => {
    const answer = await call('GET', '/channels/nobody', { headers: { 'x-request-id': 'trace-1.a' } });
    expect(answer).toMatchObject({ status: 404, headers: { 'x-request-id': 'trace-1.a' } });
    expect(answer.body).toEqual({
      error: {
        code: 'channel_not_found',
        message: 'There is no channel of this name',
        details: [{ field: 'channel', reason: expect.stringContaining('POST /api/v1/channels') }],
        timestamp: '2026-01-01T00:00:00.000Z',
        requestId: 'trace-1.a',
      },
    });
  });

  it('gets a request id of our own when the caller’s is not fit for a header', async () => {
    const answer = await call('GET', '/channels', { headers: { 'x-request-id': 'a b"<script>' } });
    expect(answer.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('names each wrong field (C1)', async () => {
    const answer = await call('PUT', '/channels/default/settings', { payload: { interval: 0, threshold: 2 } });
    expect(answer.status).toBe(400);
    expect(answer.body.error).toMatchObject({
      code: 'validation_failed',
      details: [
        { field: 'interval', reason: 'Interval must be a positive number' },
        { field: 'threshold', reason: 'Threshold must be a number between 0 and 1' },
      ],
    });
  });

  it('covers addresses, methods, bodies and types that are wrong', async () => {
    const json = { 'content-type': 'application/json' };
    const code = async (...args: Parameters<typeof call>) => {
      const { body, status } = await call(...args);
      return [status, body.error.code];
    };
    expect(await code('GET', '/nothing')).toEqual([404, 'not_found']);
    expect(await code('GET', '/nothing', { headers: { accept: 'text/html' } })).toEqual([404, 'not_found']);
    expect(await code('POST', '/nothing', { payload: 'x', headers: { 'content-type': 'text/plain' } })).toEqual([
      404,
      'not_found',
    ]);
    expect(await code('DELETE', '/channels/default/settings')).toEqual([405, 'method_not_allowed']);
    expect(await code('POST', '/channels', { payload: '{', headers: json })).toEqual([400, 'malformed_json']);
    expect(await code('POST', '/channels', { payload: '<a/>', headers: { 'content-type': 'text/xml' } })).toEqual([
      415,
      'unsupported_media_type',
    ]);
    expect(await code('POST', '/channels', { payload: { name: 'x'.repeat(70_000) } })).toEqual([413, 'too_large']);
    expect(await code('GET', '/channels/%ZZ')).toEqual([400, 'validation_failed']);
    expect(await code('GET', `/channels/${'x'.repeat(500)}`)).toEqual([404, 'not_found']);
    expect(await code('GET', '/channels/a%20b')).toEqual([400, 'validation_failed']);
  });

  it('tells a database that is down from a mistake of ours', async () => {
    const { channels } = fake.parts;
    const list = () => Promise.reject(new Error('connection lost'));
    await serve({ channels: { ...channels, list } });
    expect((await call('GET', '/channels')).body.error.code).toBe('internal_error');
    await serve({
      channels: { ...channels, list },
      database: fakeDatabase({ ping: () => Promise.reject(new Error('down')) }),
    });
    expect(await call('GET', '/channels')).toMatchObject({
      status: 503,
      body: { error: { code: 'unavailable' } },
      headers: { 'retry-after': '1' },
    });
  });
});

describe('text that cannot be stored', () => {
  it.each([
    ['{"title":"a\\u0000b"}', 'title'],
    ['{"title":"a\\uD800b"}', 'title'],
    ['{"deep":[{"x":"\\udfff"}],"title":"fine"}', 'deep.0.x'],
    ['{"\\u0000":1,"title":"fine"}', ''],
  ])('is refused at the edge: %s', async (payload, field) => {
    const answer = await call('POST', '/channels/default/broadcasts', {
      payload,
      headers: { 'content-type': 'application/json' },
    });
    expect(answer).toMatchObject({ status: 400, body: { error: { code: 'validation_failed', details: [{ field }] } } });
  });

  it('is not taken for what merely looks like it', async () => {
    const payload = String.raw`{"title":"\\u0000 and \ud83d\udd25"}`;
    const answer = await call('POST', '/channels/default/broadcasts', {
      payload,
      headers: { 'content-type': 'application/json' },
    });
    expect(answer).toMatchObject({ status: 201, body: { title: '\\u0000 and 🔥' } });
  });
});

describe('channels', () => {
  it('are listed, created once, and found', async () => {
    expect((await call('POST', '/channels', { payload: { name: 'alice' } })).status).toBe(201);
    expect((await call('POST', '/channels', { payload: { name: 'alice' } })).status).toBe(200);
    expect((await call('GET', '/channels')).body.data.map((channel: { name: string }) => channel.name)).toEqual([
      'default',
      'demo',
      'alice',
    ]);
    expect((await call('GET', '/channels/alice')).body).toMatchObject({ name: 'alice', live: null });
  });

  it('show their moments in pages, as many as asked for and at most 100 (S1-14)', async () => {
    expect((await call('GET', '/channels/default/moments?limit=1')).body).toEqual({
      data: [fakeMoment()],
      pagination: { limit: 1, hasNext: false, next: null },
    });
    expect((await call('GET', '/channels/default/moments')).body.pagination.limit).toBe(20);
    expect((await call('GET', '/channels/nobody/moments')).status).toBe(404);
    for (const wrong of ['limit=0', 'limit=101', 'after=nonsense', 'after=', 'from=yesterday', 'emote=']) {
      expect([wrong, (await call('GET', `/channels/default/moments?${wrong}`)).status]).toEqual([wrong, 400]);
    }
  });

  it('are not sent again to who has them as they are', async () => {
    const paths = ['/channels', '/channels/default', '/channels/default/moments', '/channels/default/broadcasts'];
    for (const path of paths) {
      const { headers } = await call('GET', path);
      expect([path, headers['cache-control'], headers.etag]).toEqual([
        path,
        'no-cache',
        expect.stringMatching(/^"\S+"$/),
      ]);
      const again = await call('GET', path, { headers: { 'if-none-match': `"other", W/${String(headers.etag)}` } });
      expect([again.status, again.body, again.headers.etag]).toEqual([304, undefined, headers.etag]);
      await call('POST', '/channels/default/broadcasts', { payload: {} });
    }
    await call('POST', '/channels', { payload: { name: 'bob' } });
    const { headers } = await call('GET', '/channels/bob');
    await call('POST', '/channels/bob/broadcasts', { payload: {} });
    expect((await call('GET', '/channels/bob', { headers: { 'if-none-match': String(headers.etag) } })).status).toBe(
      200,
    );
    expect((await call('GET', '/channels/nobody')).headers['cache-control']).toBe('no-store');
  });
});

describe('settings', () => {
  const path = '/channels/default/settings';

  it('carry their version as ETag, and are not sent again to who has them', async () => {
    const first = await call('GET', path);
    expect(first).toMatchObject({ body: { interval: 30, version: 0 }, headers: { etag: '"0"' } });
    expect((await call('GET', path, { headers: { 'if-none-match': '"0"' } })).status).toBe(304);
  });

  it('change by the fields that are given', async () => {
    expect(await call('PUT', path, { payload: { threshold: 0.5, version: 99 } })).toMatchObject({
      status: 200,
      body: { interval: 30, threshold: 0.5, version: 1 },
      headers: { etag: '"1"' },
    });
    expect((await call('PUT', path, { payload: {} })).status).toBe(400);
    expect(await call('PATCH', path, { payload: { interval: 7 } })).toMatchObject({
      status: 200,
      body: { interval: 7, threshold: 0.5, version: 2, customized: true },
    });
  });

  it('are not changed by who read another version', async () => {
    const headers = (tag: string) => ({ 'if-match': tag });
    expect((await call('PUT', path, { payload: { interval: 5 }, headers: headers('"0"') })).status).toBe(200);
    expect(await call('PUT', path, { payload: { interval: 6 }, headers: headers('"0"') })).toMatchObject({
      status: 409,
      body: { error: { code: 'conflict' } },
    });
    expect((await call('PUT', path, { payload: { interval: 6 }, headers: headers('*') })).status).toBe(200);
    expect((await call('PUT', path, { payload: { interval: 7 }, headers: headers('five') })).status).toBe(400);
  });

  it('are previewed with the fields that are given over those in force', async () => {
    const asked: unknown[] = [];
    await serve({
      moments: {
        ...fake.parts.moments,
        preview: (channel, settings) => {
          asked.push({ channel, ...settings });
          return Promise.resolve({ moments: 1, windows: 2, reactions: 3, spanMs: 4 });
        },
      },
    });
    expect((await call('POST', `${path}/preview`, { payload: { threshold: 0.9 } })).body).toEqual({
      moments: 1,
      windows: 2,
      reactions: 3,
      spanMs: 4,
    });
    expect(asked).toMatchObject([{ channel: 'default', interval: 30, threshold: 0.9 }]);
  });
});

describe('broadcasts', () => {
  it('start with a title or without, and end once', async () => {
    expect(await call('POST', '/channels/default/broadcasts', { payload: { title: 'Friday' } })).toMatchObject({
      status: 201,
      body: { title: 'Friday', endedAt: null },
    });
    expect((await call('DELETE', '/channels/default/broadcasts/current')).status).toBe(200);
    expect((await call('DELETE', '/channels/default/broadcasts/current')).status).toBe(404);
  });

  it('are found by their id, and the live one as current', async () => {
    const { body } = await call('POST', '/channels/default/broadcasts', { payload: { title: 'Friday' } });
    expect((await call('GET', `/channels/default/broadcasts/${body.id}`)).body).toEqual(body);
    expect((await call('GET', '/channels/default/broadcasts/current')).body).toEqual(body);
    expect((await call('GET', '/channels/demo/broadcasts/current')).status).toBe(404);
    expect((await call('GET', '/channels/demo/broadcasts/none')).body.error.code).toBe('not_found');
    expect((await call('GET', '/channels/nobody/broadcasts')).body.error.code).toBe('channel_not_found');
  });
});

describe('a batch of chat messages', () => {
  const message = (changes: object = {}) => ({
    id: 'm1',
    author: 'ann',
    text: 'so good LUL',
    occurredAt: '2026-01-01T00:00:00.500Z',
    emotes: [{ emote: 'twitch:425618', alias: 'LUL' }],
    ...changes,
  });
  const post = (...messages: object[]) => call('POST', '/channels/default/messages', { payload: { messages } });

  it('is counted with its emotes and their names', async () => {
    const answer = await post(message(), message({ id: 'm2', emotes: undefined, notice: 'raid', isBot: true }));
    expect([answer.status, answer.body]).toEqual([202, { accepted: 2 }]);
    const at = Date.UTC(2026, 0, 1) / 1_000 + 0.5;
    expect(fake.messages).toEqual([
      {
        channel: 'default',
        messages: [
          { id: 'm1', at, author: 'ann', text: 'so good LUL', emotes: ['LUL'], emoteKeys: ['twitch:425618'] },
          { id: 'm2', at, author: 'ann', text: 'so good LUL', emotes: [], emoteKeys: [], notice: 'raid', isBot: true },
        ],
      },
    ]);
    expect(fake.channelState.aliases.get('twitch:425618')).toBe('LUL');
  });

  it('is refused whole when one is wrong, by name', async () => {
    const answer = await post(
      message(),
      message({ occurredAt: '2026-01-01T00:01:00Z' }),
      message({ emotes: [{ emote: 'no emote' }] }),
    );
    expect(answer.status).toBe(400);
    expect(answer.body.error.details.map(({ field }: { field: string }) => field)).toEqual([
      'messages.1.occurredAt',
      'messages.2.emotes',
    ]);
    for (const wrong of [{ id: 'x'.repeat(121) }, { author: 'x'.repeat(65) }, { text: 'x'.repeat(2_001) }]) {
      expect((await post(message(wrong))).status).toBe(400);
    }
    expect(fake.messages).toEqual([]);
  });
});

describe('a batch of reactions', () => {
  const path = '/channels/default/reactions';
  const reaction = (changes: object = {}) => ({
    id: 'r1',
    emote: '🔥',
    occurredAt: '2026-01-01T00:00:00.000Z',
    ...changes,
  });
  const post = (...reactions: object[]) => call('POST', path, { payload: { reactions } });

  it('is durable before it is accepted, with its ids and the names of its emotes', async () => {
    const answer = await post(reaction(), reaction({ id: 'r2', emote: 'twitch:25', alias: 'Kappa' }));
    expect(answer).toMatchObject({ status: 202, body: { accepted: 2 } });
    expect(fake.reactions).toEqual([
      {
        channel: 'default',
        items: [
          { t: Date.UTC(2026, 0, 1), e: 'unicode:1f525', id: 'r1' },
          { t: Date.UTC(2026, 0, 1), e: 'twitch:25', id: 'r2' },
        ],
      },
    ]);
    expect([...fake.channelState.aliases]).toEqual([['twitch:25', 'Kappa']]);
  });

  it('may be two seconds ahead of our clock and no more; the wrong ones are named', async () => {
    expect((await post(reaction({ occurredAt: '2026-01-01T00:00:02.000Z' }))).status).toBe(202);
    const answer = await post(
      reaction(),
      reaction({ occurredAt: '2026-01-01T00:00:02.001Z' }),
      reaction({ emote: 'a b' }),
    );
    expect(answer.status).toBe(400);
    expect(answer.body.error.details.map((detail: { field: string }) => detail.field)).toEqual([
      'reactions.1.occurredAt',
      'reactions.2.emote',
    ]);
    expect(fake.reactions).toHaveLength(1);
  });

  it('takes no key that is no emote and no name that does harm, also in messages and settings (D1)', async () => {
    const { occurredAt } = reaction();
    const message = (emote: string, alias?: string) => ({ id: 'm', occurredAt, emotes: [{ emote, alias }] });
    const messages = (...list: object[]) => call('POST', '/channels/default/messages', { payload: { messages: list } });
    for (const emote of HOSTILE_EMOTES) {
      const allowedEmotes = ['🔥', emote];
      const answers = [
        await post(reaction({ emote })),
        await messages(message(emote)),
        await call('PUT', '/channels/default/settings', { payload: { allowedEmotes } }),
      ];
      expect(answers.map(({ status }) => status)).toEqual([400, 400, 400]);
    }
    for (const alias of HOSTILE_NAMES) {
      const answers = [
        await post(reaction({ emote: 'twitch:25', alias })),
        await messages(message('twitch:25', alias)),
      ];
      expect(answers.map(({ status }) => status)).toEqual([400, 400]);
    }
    expect((await post(reaction({ emote: 'twitch:9', alias: '<3' }))).status).toBe(202);
    expect((await messages(message('twitch:1', '>('))).status).toBe(202);
    expect([...fake.channelState.aliases.values()]).toEqual(['＜3', '＞(']);
  });

  it('has 1 to 1000 reactions of a channel that exists', async () => {
    expect((await post()).status).toBe(400);
    expect((await post(...Array.from({ length: 1001 }, () => reaction()))).status).toBe(400);
    expect((await call('POST', '/channels/nobody/reactions', { payload: { reactions: [reaction()] } })).status).toBe(
      404,
    );
  });

  it('fits although every text in it is as long as it may be', async () => {
    const long = reaction({ id: '字'.repeat(128), emote: `7tv:${'x'.repeat(60)}`, alias: '字'.repeat(64) });
    expect((await post(...Array.from({ length: 1000 }, () => long))).status).toBe(202);
  });

  it('counts even when there is no room for more names', async () => {
    const { channels } = fake.parts;
    const rememberAliases = () => Promise.reject(new ChannelProblem('too_many_aliases', 'There are 2000 names'));
    await serve({ channels: { ...channels, rememberAliases } });
    const answer = await post(reaction({ emote: 'Kappa', alias: 'Kappa' }));
    expect(answer).toMatchObject({
      status: 202,
      body: { accepted: 1, warnings: [{ reason: 'There are 2000 names' }] },
    });
    expect(fake.reactions).toHaveLength(1);
  });

  it('is answered with 503 while the log is down', async () => {
    await serve({ reactions: { append: () => Promise.reject(new EventLogError('unavailable', 'away')) } });
    expect(await post(reaction())).toMatchObject({ status: 503, body: { error: { code: 'unavailable' } } });
  });
});

describe('with tokens', () => {
  const secret = 'a-secret-of-thirty-two-characters';
  const headersOf = async (claims: object) => ({
    authorization: `Bearer ${await new SignJWT({ ...claims }).setProtectedHeader({ alg: 'HS256' }).sign(new TextEncoder().encode(secret))}`,
  });
  const changes: [NonNullable<InjectOptions['method']>, string, object?][] = [
    ['PUT', '/channels/default/settings', { interval: 5 }],
    ['PATCH', '/channels/default/settings', { interval: 5 }],
    ['POST', '/channels', { name: 'default' }],
    ['POST', '/channels/default/broadcasts', { title: 'x' }],
    ['DELETE', '/channels/default/broadcasts/current'],
    [
      'POST',
      '/channels/default/reactions',
      { reactions: [{ id: '1', emote: 'Kappa', alias: 'K', occurredAt: '2026-01-01T00:00:00Z' }] },
    ],
  ];

  beforeEach(() => serve({ access: createAccess({ mode: 'token', secret }) }));

  it.each(changes)('%s %s needs one that permits it', async (method, path, payload) => {
    const options = payload ? { payload } : {};
    expect(await call(method, path, options)).toMatchObject({
      status: 401,
      body: { error: { code: 'unauthenticated' } },
    });
    const viewer = await headersOf({ id: 'v', role: 'viewer' });
    expect(await call(method, path, { ...options, headers: viewer })).toMatchObject({
      status: 403,
      body: { error: { code: 'forbidden', message: 'Insufficient permissions' } },
    });
    const owner = await headersOf({ id: 's', role: 'streamer', streamerId: 'default' });
    // 404 is the broadcast that nobody started
    expect([200, 201, 202, 404]).toContain((await call(method, path, { ...options, headers: owner })).status);
  });

  it('plain reactions need none', async () => {
    const payload = { reactions: [{ id: '1', emote: '🔥', occurredAt: '2026-01-01T00:00:00Z' }] };
    expect((await call('POST', '/channels/default/reactions', { payload })).status).toBe(202);
  });
});
