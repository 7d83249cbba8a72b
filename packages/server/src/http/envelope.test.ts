import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify';
import { afterAll, describe, expect, it } from 'vitest';
import { createAccess } from '../modules/access/index.ts';
import { POLICIES } from '../modules/limits/index.ts';
import { EventLogError } from '../ports/event-log.ts';
import { fakeDatabase, type FakeParts, fakeParts, listedRoutes, serveFakes } from '../../test/support/http-fakes.ts';
import type { RouteInfo } from './route.ts';

/** Every route of `/api`, broken in every way that it can be: what comes back has one shape (S1-08). */
const routes = listedRoutes().filter(({ path }) => path.startsWith('/api/'));
const cases = routes.map((route) => [`${route.method} ${route.path}`, route] as const);
/** These answer from memory: nothing behind them can fail. */
const hasParts = cases.filter(([, { path }]) => path.startsWith('/api/v1/channels'));

/** One server for each way to be broken, by its parts. */
const servers = new Map<Partial<FakeParts>, Promise<FastifyInstance>>();
afterAll(async () => {
  for (const server of servers.values()) await (await server).close();
});

const reactions = [{ id: '1', emote: 'Kappa', alias: 'K', occurredAt: '2026-01-01T00:00:00Z' }];

/** A body that every route with one takes. */
const messages = [{ id: '1', text: 'hi', occurredAt: '2026-01-01T00:00:00Z' }];
const valid = { name: 'alice', title: 'Friday', interval: 5, reactions, messages };

async function knock(changes: Partial<FakeParts>, route: RouteInfo, options: InjectOptions = {}) {
  const server = servers.get(changes) ?? serveFakes(fakeParts(changes).parts);
  servers.set(changes, server);
  const app = await server;
  const url = route.path.replace(':channel', 'default').replace(':broadcast', 'b1');
  const hasBody = route.method === 'POST' || route.method === 'PUT' || route.method === 'PATCH';
  return app.inject({ method: route.method, url, ...(hasBody ? { payload: valid } : {}), ...options });
}

/** Status and code of an answer whose shape is right. */
function read(answer: LightMyRequestResponse): [number, string] {
  expect(answer.headers).toMatchObject({
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
  });
  expect(answer.json()).toEqual({
    error: {
      code: expect.stringMatching(/^[a-z_]+$/),
      message: expect.stringMatching(/^[A-Z][^{}]+$/),
      details: expect.any(Array),
      timestamp: '2026-01-01T00:00:00.000Z',
      requestId: answer.headers['x-request-id'],
    },
  });
  return [answer.statusCode, answer.json().error.code];
}

/** Modules that all fail with the error that `make` gives. */
function failing(make: () => Error): Partial<FakeParts> {
  const { parts } = fakeParts();
  const fail = () => Promise.reject(make());
  const broken = <T extends object>(part: T): T => new Proxy(part, { get: () => fail });
  return { channels: broken(parts.channels), moments: broken(parts.moments), reactions: { append: fail } };
}

const whole: Partial<FakeParts> = {};
const guarded: Partial<FakeParts> = {
  access: createAccess({ mode: 'token', secret: 'a-secret-of-thirty-two-characters' }),
};
const exhausted: Partial<FakeParts> = {
  limits: {
    take: () => Promise.resolve({ allowed: false, policy: POLICIES.ingest, remaining: 0, retryAfterS: 3, resetAtS: 9 }),
  },
};
const mistaken = failing(() => new Error('secret detail'));
const withoutDatabase: Partial<FakeParts> = {
  ...failing(() => new Error('gone')),
  database: fakeDatabase({ ping: () => Promise.reject(new Error('gone')) }),
};
const withoutLog = failing(() => new EventLogError('unavailable', 'away'));
const onFullDisk = failing(() => new EventLogError('disk_full', 'no space'));

describe('the envelope (S1-08, C22)', () => {
  it.each(cases.filter(([, { permission }]) => permission !== undefined))('%s: 401 and 403', async (_name, route) => {
    expect(read(await knock(guarded, route))).toEqual([401, 'unauthenticated']);
    const forged = { headers: { authorization: 'Bearer a.b.c' } };
    expect(read(await knock(guarded, route, forged))).toEqual([403, 'forbidden']);
  });

  it.each(cases.filter(([, { path }]) => path.includes(':channel')))(
    '%s: 400 for no channel’s name',
    async (_name, route) => {
      const url = route.path.replace(':channel', 'a%20b').replace(':broadcast', 'b1');
      expect(read(await knock(whole, route, { url }))).toEqual([400, 'validation_failed']);
    },
  );

  it.each(cases)('%s: 405 for another method', async (_name, route) => {
    expect(read(await knock(whole, route, { method: 'TRACE' }))).toEqual([405, 'method_not_allowed']);
  });

  // Doors of sockets have the gateway's limits (http/live-routes.test.ts).
  it.each(cases.filter((one) => one[1].class !== 'live'))('%s: 429', async (_name, route) => {
    const answer = await knock(exhausted, route);
    expect(read(answer)).toEqual([429, 'too_many_requests']);
    expect(answer.headers['retry-after']).toBe('3');
  });

  it.each(hasParts)('%s: 500 when nobody foresaw it, and not a word about why', async (_name, route) => {
    const answer = await knock(mistaken, route);
    expect(read(answer)).toEqual([500, 'internal_error']);
    expect(answer.body).not.toContain('secret detail');
  });

  it.each(hasParts)('%s: 503 while the database is down, the log is away, the disk is full', async (_name, route) => {
    const down = await knock(withoutDatabase, route);
    expect(read(down)).toEqual([503, 'unavailable']);
    const away = await knock(withoutLog, route);
    expect(read(away)).toEqual([503, 'unavailable']);
    const full = await knock(onFullDisk, route);
    expect(read(full)).toEqual([503, 'disk_full']);
    expect([Number(down.headers['retry-after']) > 0, Number(full.headers['retry-after']) > 0]).toEqual([true, true]);
  });

  it('is what 404, 409, 413 and 415 have, too', async () => {
    const post = routes.find(({ method, path }) => method === 'POST' && path === '/api/v1/channels');
    if (!post) throw new Error('the route table has no POST /api/v1/channels');
    expect(read(await knock(whole, post, { url: '/api/v1/nothing' }))).toEqual([404, 'not_found']);
    expect(read(await knock(whole, post, { payload: { name: 'x'.repeat(70_000) } }))).toEqual([413, 'too_large']);
    expect(read(await knock(whole, post, { payload: '<a/>', headers: { 'content-type': 'text/xml' } }))).toEqual([
      415,
      'unsupported_media_type',
    ]);
    const begin = () => Promise.resolve({ outcome: 'in_progress', retryAfterMs: 1 } as const);
    const headers = { 'idempotency-key': 'k' };
    const busy = await knock({ idempotency: { begin } }, post, { headers });
    expect(read(busy)).toEqual([409, 'in_progress']);
    expect(busy.headers['retry-after']).toBe('1');
  });
});
