import { DEFAULT_ALLOWED_EMOTES, RAW_EMOTE_TEXTS, SETTINGS_TEXTS } from '@ovation/protocol';
import type { FastifyInstance, InjectOptions } from 'fastify';
import { SignJWT } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAccess } from '../modules/access/index.ts';
import { EventLogError } from '../ports/event-log.ts';
import { fakeMoment } from '../../test/support/fake-moment.ts';
import { fakeParts, type FakeParts, serveFakes } from '../../test/support/http-fakes.ts';

let app: FastifyInstance;
let fake: ReturnType<typeof fakeParts>;

async function serve(changes: Partial<FakeParts> = {}) {
  await app?.close();
  fake = fakeParts(changes);
  app = await serveFakes(fake.parts);
}

async function call(method: NonNullable<InjectOptions['method']>, url: string, options: InjectOptions = {}) {
  const answer = await app.inject({ method, url, ...options });
  return { status: answer.statusCode, body: answer.json(), headers: answer.headers };
}

const put = (url: string, payload: object) => call('PUT', url, { payload });

beforeEach(() => serve());
afterEach(() => app.close());

describe('the classic settings routes', () => {
  it('answer the defaults on a fresh start (S0-11, S0-16, S0-02)', async () => {
    expect((await call('GET', '/settings/interval')).body).toEqual({ interval: 30 });
    expect((await call('GET', '/settings/threshold')).body).toEqual({ threshold: 0.3 });
    expect((await call('GET', '/settings/allowed-emotes')).body).toEqual({
      allowedEmotes: [...DEFAULT_ALLOWED_EMOTES],
    });
  });

  it('change the interval and answer the new value (S0-12, S0-32)', async () => {
    expect(await put('/settings/interval', { interval: 50 })).toMatchObject({ status: 200, body: { interval: 50 } });
    expect((await call('GET', '/settings/interval')).body).toEqual({ interval: 50 });
  });

  it.each([
    ['x', SETTINGS_TEXTS.interval],
    [0, SETTINGS_TEXTS.interval],
    [-5, SETTINGS_TEXTS.interval],
    [null, SETTINGS_TEXTS.interval],
    [undefined, SETTINGS_TEXTS.interval],
    [1001, SETTINGS_TEXTS.intervalTooLarge],
    [1.5, SETTINGS_TEXTS.intervalInteger],
  ])('refuse the interval %j in classic words (S0-12, S0-28, S0-42, C1)', async (interval, text) => {
    expect(await put('/settings/interval', { interval })).toMatchObject({ status: 400, body: { error: text } });
  });

  it('refuse a missing body in the same words', async () => {
    expect(await call('PUT', '/settings/interval')).toMatchObject({
      status: 400,
      body: { error: 'Interval must be a positive number' },
    });
  });

  it('take thresholds strictly between 0 and 1 (S0-13)', async () => {
    for (const threshold of [0.0001, 0.9999]) {
      // oxlint-disable-next-line no-await-in-loop -- each change is seen before the next
      expect(await put('/settings/threshold', { threshold })).toMatchObject({ status: 200, body: { threshold } });
    }
    for (const threshold of [0, 1, 'a', null]) {
      // oxlint-disable-next-line no-await-in-loop
      expect(await put('/settings/threshold', { threshold })).toMatchObject({
        status: 400,
        body: { error: 'Threshold must be a number between 0 and 1' },
      });
    }
  });

  it('take a non-empty list of emotes (S0-14)', async () => {
    expect((await put('/settings/allowed-emotes', { allowedEmotes: ['🔥', 'Kappa'] })).body).toEqual({
      allowedEmotes: ['🔥', 'Kappa'],
    });
    for (const allowedEmotes of [[], 'x', null, { 0: '🔥' }]) {
      // oxlint-disable-next-line no-await-in-loop
      expect(await put('/settings/allowed-emotes', { allowedEmotes })).toMatchObject({
        status: 400,
        body: { error: 'Allowed emotes must be a non-empty array' },
      });
    }
    expect((await put('/settings/allowed-emotes', { allowedEmotes: [7] })).body).toEqual({
      error: SETTINGS_TEXTS.allowedEmote,
    });
  });

  it('belong to the channel that ?streamerId= names (S2-18)', async () => {
    await put('/settings/interval?streamerId=alice', { interval: 5 });
    expect((await call('GET', '/settings/interval?streamerId=alice')).body).toEqual({ interval: 5 });
    expect((await call('GET', '/settings/interval?streamerId=')).body).toEqual({ interval: 30 });
    expect(await call('GET', '/settings/interval?streamerId=a%20b')).toMatchObject({
      status: 400,
      body: { error: RAW_EMOTE_TEXTS.streamer },
    });
  });

  it('hide what nobody foresaw (S0-15)', async () => {
    const { channels } = fake.parts;
    await serve({ channels: { ...channels, settings: () => Promise.reject(new Error('secret detail')) } });
    const answer = await app.inject('/settings/interval');
    expect(answer.statusCode).toBe(500);
    expect(answer.body).toBe('{"error":"Internal server error"}');
    expect(await fake.parts.metrics.registry.metrics()).toContain('errors_total{part="http"} 1');
  });

  it('answer 400, 405, 413 and 415 as {error} when the request itself is wrong (C22)', async () => {
    const json = { 'content-type': 'application/json' };
    expect(await call('PUT', '/settings/interval', { payload: '{"interval":', headers: json })).toMatchObject({
      status: 400,
      body: { error: 'Invalid JSON format' },
    });
    const wrongMethod = await call('POST', '/settings/interval', { payload: { interval: 1 } });
    expect(wrongMethod).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD, PUT' } });
    expect(wrongMethod.body.error).toBeTypeOf('string');
    expect(
      await call('PUT', '/settings/interval', { payload: 'interval=5', headers: { 'content-type': 'text/plain' } }),
    ).toMatchObject({
      status: 415,
      body: { error: 'The body must be application/json' },
    });
    expect((await put('/settings/interval', { interval: 5, pad: 'x'.repeat(70_000) })).status).toBe(413);
  });

  it('refuse bytes that are not UTF-8', async () => {
    const payload = Buffer.concat([Buffer.from('{"interval":5,"a":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}')]);
    expect(
      await call('PUT', '/settings/interval', { payload, headers: { 'content-type': 'application/json' } }),
    ).toMatchObject({
      status: 400,
      body: { error: 'Invalid JSON format' },
    });
  });
});

describe('settings that need a token', () => {
  const secret = 'a-secret-of-thirty-two-characters';
  const token = (claims: object) =>
    new SignJWT({ ...claims }).setProtectedHeader({ alg: 'HS256' }).sign(new TextEncoder().encode(secret));
  const bearer = async (claims: object) => ({ authorization: `Bearer ${await token(claims)}` });

  beforeEach(() => serve({ access: createAccess({ mode: 'token', secret }) }));

  it('answer 401 without one, 403 with a bad one, 403 without the permission (S0-41, S2-36, S2-42, C23)', async () => {
    const payload = { threshold: 'even the body is wrong' };
    expect(await call('PUT', '/settings/threshold', { payload })).toMatchObject({
      status: 401,
      body: { error: 'Unauthorized' },
      headers: { 'www-authenticate': 'Bearer' },
    });
    expect(
      (await call('PUT', '/settings/threshold', { payload, headers: { authorization: 'Bearer nonsense' } })).status,
    ).toBe(403);
    expect(
      await call('PUT', '/settings/threshold', { payload, headers: await bearer({ id: 'v', role: 'viewer' }) }),
    ).toMatchObject({
      status: 403,
      body: { error: 'Insufficient permissions' },
    });
  });

  it('are changed by the streamer whose channel it is', async () => {
    const headers = await bearer({ id: 's', role: 'streamer', streamerId: 'alice' });
    const payload = { interval: 9 };
    expect((await call('PUT', '/settings/interval?streamerId=alice', { payload, headers })).status).toBe(200);
    expect((await call('PUT', '/settings/interval?streamerId=bob', { payload, headers })).status).toBe(403);
  });

  it('are read by anybody', async () => {
    expect((await call('GET', '/settings/interval')).status).toBe(200);
  });
});

describe('GET /moments', () => {
  const secret = 'a-secret-of-thirty-two-characters';
  const sign = (claims: object) =>
    new SignJWT({ ...claims }).setProtectedHeader({ alg: 'HS256' }).sign(new TextEncoder().encode(secret));
  const ask = async (claims?: object, query = '') =>
    call('GET', `/moments${query}`, claims ? { headers: { authorization: `Bearer ${await sign(claims)}` } } : {});
  /** One moment that holds and one that does not, under the name of the channel that was asked for. */
  const moments = (parts: FakeParts): Partial<FakeParts> => ({
    moments: {
      ...parts.moments,
      page: async (channel, { detector }) => ({
        moments: [true, false].map((holds) => fakeMoment({ id: `${channel} ${detector}`, holds })),
        next: undefined,
      }),
    },
  });
  const idsOf = ({ body }: { body: { id: string }[] }) => body.map(({ id }) => id);

  it('needs read:moments and shows each streamer the moments of the own channel (S2-43)', async () => {
    await serve({ ...moments(fake.parts), access: createAccess({ mode: 'token', secret }) });
    expect(await ask()).toMatchObject({ status: 401, body: { error: 'Unauthorized' } });
    const unknown = await ask({ id: 'x', role: 'guest' });
    expect(unknown).toMatchObject({ status: 403, body: { error: 'Insufficient permissions' } });
    expect((await call('GET', '/moments', { headers: { authorization: 'Bearer nonsense' } })).status).toBe(403);
    for (const streamerId of ['alice', 'bob']) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other reads better
      const own = await ask({ id: 's', role: 'streamer', streamerId }, '?streamerId=carol');
      expect(own.status).toBe(200);
      expect(idsOf(own)).toEqual([`${streamerId} ratio`]);
    }
    expect(idsOf(await ask({ id: 'v', role: 'viewer' }, '?streamerId=carol'))).toEqual(['carol ratio']);
  });

  it('answers anybody in open mode, in the classic shape of an item', async () => {
    await serve(moments(fake.parts));
    const { body } = await ask();
    const { display: emote, windowStart: timestamp, count, total, ratio, rev } = fakeMoment();
    expect(body).toEqual([{ emote, timestamp, count, total, ratio, id: 'default ratio', rev }]);
    expect((await ask(undefined, '?streamerId=a%20b')).status).toBe(400);
  });
});

describe('POST /emotes', () => {
  const timestamp = '2026-01-01T00:00:00.000Z';

  it('appends the classic record, keyed by channel (S2-38)', async () => {
    expect(await call('POST', '/emotes', { payload: { emote: '🔥', timestamp, extra: 1 } })).toMatchObject({
      status: 202,
      body: { status: 'accepted' },
    });
    await call('POST', '/emotes', { payload: { emote: '❤️', timestamp, streamerId: 'alice' } });
    await call('POST', '/emotes?streamerId=bob', { payload: { emote: '👍', timestamp } });
    expect(fake.appended).toEqual([
      { topic: 'raw-emote-data', records: [{ key: 'default', value: `{"emote":"🔥","timestamp":"${timestamp}"}` }] },
      {
        topic: 'raw-emote-data',
        records: [{ key: 'alice', value: `{"emote":"❤️","timestamp":"${timestamp}","streamerId":"alice"}` }],
      },
      {
        topic: 'raw-emote-data',
        records: [{ key: 'bob', value: `{"emote":"👍","timestamp":"${timestamp}","streamerId":"bob"}` }],
      },
    ]);
  });

  it.each([
    [undefined, RAW_EMOTE_TEXTS.object],
    [[], RAW_EMOTE_TEXTS.object],
    [{ timestamp }, RAW_EMOTE_TEXTS.emoteRequired],
    [{ emote: 5, timestamp }, RAW_EMOTE_TEXTS.emoteRequired],
    [{ emote: 'x'.repeat(200), timestamp }, RAW_EMOTE_TEXTS.emoteInvalid],
    [{ emote: '🔥' }, RAW_EMOTE_TEXTS.timestampRequired],
    [{ emote: '🔥', timestamp: 'yesterday' }, RAW_EMOTE_TEXTS.timestampInvalid],
    [{ emote: '🔥', timestamp, streamerId: 'no name' }, RAW_EMOTE_TEXTS.streamer],
  ])('refuses %j with a sentence (S2-38, S2-14)', async (payload, text) => {
    expect(await call('POST', '/emotes', payload === undefined ? {} : { payload })).toMatchObject({
      status: 400,
      body: { error: text },
    });
    expect(fake.appended).toEqual([]);
  });

  it('answers 503 and when to come back while the log is down', async () => {
    const { eventLog } = fake.parts;
    const append = () => Promise.reject(new EventLogError('unavailable', 'the broker is gone'));
    await serve({ eventLog: { ...eventLog, append } });
    const answer = await call('POST', '/emotes', { payload: { emote: '🔥', timestamp } });
    expect(answer).toMatchObject({ status: 503, headers: { 'retry-after': '1' } });
    expect(answer.body.error).toBe('A part that this needs is down; try again');
  });
});
