import type { FastifyInstance, InjectOptions } from 'fastify';
import { SignJWT } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createInProcessEphemeralStore } from '../../adapters/in-process/ephemeral-store.ts';
import type { ChangedLimits } from '../../config/limits.ts';
import { createAccess } from '../../modules/access/index.ts';
import { createLimits } from '../../modules/limits/index.ts';
import { createManualClock, type ManualClock } from '../../../test/support/manual-clock.ts';
import { seededRandom } from '../../../test/crash-model/seeded-random.ts';
import { fakeParts, serveFakes } from '../../../test/support/http-fakes.ts';

const secret = 'a-secret-of-thirty-two-characters';
const elsewhere = '203.0.113.7';
let app: FastifyInstance;
let clock: ManualClock;

async function serve(changed: 'off' | ChangedLimits = {}) {
  await app?.close();
  clock = createManualClock();
  const store = createInProcessEphemeralStore({ clock });
  const access = createAccess({ mode: 'token', secret, clock });
  app = await serveFakes(fakeParts({ clock, access, limits: createLimits({ store, clock, changed }) }).parts);
}

beforeEach(() => serve());
afterEach(() => app.close());

const ask = (options: InjectOptions = {}) =>
  app.inject({ method: 'GET', url: '/api/v1/channels', remoteAddress: elsewhere, ...options });

/** The last of `n` answers. */
async function last(n: number, options: InjectOptions = {}) {
  for (let i = 1; i < n; i++) await ask(options);
  return ask(options);
}

async function bearer(id: string) {
  const token = await new SignJWT({ id, role: 'viewer' })
    .setProtectedHeader({ alg: 'HS256' })
    .sign(new TextEncoder().encode(secret));
  return { authorization: `Bearer ${token}` };
}

describe('who is not known', () => {
  it('asks 100 times in a quarter of an hour; the 101st is 429 in classic words (S2-39, C36)', async () => {
    expect((await last(100)).statusCode).toBe(200);
    const refused = await ask();
    expect(refused.statusCode).toBe(429);
    expect(refused.json().error).toMatchObject({
      code: 'too_many_requests',
      message: 'Too many requests from this IP',
      requestId: refused.headers['x-request-id'],
    });
  });

  it('is told the limit, what is left, when it is whole again and when to come back (C16)', async () => {
    const first = await ask();
    expect(first.headers).toMatchObject({ 'x-ratelimit-limit': '100', 'x-ratelimit-remaining': '99' });
    expect(Number(first.headers['x-ratelimit-reset'])).toBe(clock.now() / 1_000 + 900);
    expect(first.headers['retry-after']).toBeUndefined();
    clock.advance(9_000);
    const refused = await last(100);
    expect(refused.headers).toMatchObject({ 'retry-after': '891', 'x-ratelimit-remaining': '0' });
    clock.advance(890_999);
    expect((await ask()).headers['retry-after']).toBe('1');
    clock.advance(1);
    expect((await ask()).statusCode).toBe(200);
    expect((await ask()).statusCode).toBe(429);
  });

  it('gets 100 answers in any quarter of an hour, whenever it asks (C16, D16)', async () => {
    const random = seededRandom(16);
    const given: number[] = [];
    while (given.length < 250) {
      clock.advance(random.chance(0.9) ? random.between(0, 9_000) : random.between(0, 600_000));
      if ((await ask()).statusCode === 200) given.push(clock.now());
      const since = clock.now() - 900_000;
      expect(given.filter((at) => at > since).length).toBeLessThanOrEqual(100);
    }
  });

  it('gets no more of them when the clock of the machine is set forth', async () => {
    await last(100);
    clock.raiseTo(clock.now() + 3_600_000);
    expect((await ask()).statusCode).toBe(429);
    clock.advance(899_999);
    expect((await ask()).statusCode).toBe(429);
    clock.advance(1);
    expect((await ask()).statusCode).toBe(200);
  });

  it('finds no way around: addresses that do not exist, HEAD, other methods, a forged header', async () => {
    await last(97);
    await ask({ method: 'HEAD' });
    await ask({ url: '/api/v1/nothing' });
    await ask({ method: 'DELETE' });
    const forged = { headers: { 'x-forwarded-for': '198.51.100.1' } };
    expect([(await ask(forged)).statusCode, (await ask({ url: '/api' })).statusCode]).toEqual([429, 429]);
    expect((await ask({ headers: { authorization: 'Bearer nonsense' } })).statusCode).toBe(429);
    expect((await ask({ remoteAddress: '203.0.113.8' })).statusCode).toBe(200);
  });

  it('is one customer in all of an IPv6 /64', async () => {
    await last(100, { remoteAddress: '2001:db8:0:1::1' });
    expect((await ask({ remoteAddress: '2001:db8:0:1:ffff::2' })).statusCode).toBe(429);
    expect((await ask({ remoteAddress: '2001:db8:0:2::1' })).statusCode).toBe(200);
    expect((await ask({ remoteAddress: `::ffff:${elsewhere}` })).headers['x-ratelimit-remaining']).toBe('99');
    expect((await ask({ remoteAddress: elsewhere })).headers['x-ratelimit-remaining']).toBe('98');
  });

  it('is not kept from probes, the page and reactions', async () => {
    await last(101);
    for (const url of ['/health', '/live', '/metrics', '/']) expect((await ask({ url })).statusCode).not.toBe(429);
    const batch = await ask({ method: 'POST', url: '/api/v1/channels/default/reactions', payload: {} });
    expect([batch.statusCode, batch.headers['x-ratelimit-limit']]).toEqual([400, '10000']);
  });
});

describe('others', () => {
  it('with a token have 100 a minute for each address (S3-07)', async () => {
    const headers = await bearer('u1');
    expect((await last(100, { headers })).statusCode).toBe(200);
    expect((await ask({ headers })).json().error.message).toBe('Rate limit exceeded');
    expect((await ask({ headers, url: '/api/v1/channels/default' })).statusCode).toBe(200);
    expect((await ask({ headers: await bearer('u2') })).statusCode).toBe(200);
    clock.advance(60_000);
    expect((await ask({ headers })).statusCode).toBe(200);
  });

  it('on this machine are the page: 1,000 a minute, unless a proxy here says for whom it asks', async () => {
    const local = { remoteAddress: '127.0.0.1' };
    expect((await ask(local)).headers['x-ratelimit-limit']).toBe('1000');
    const proxied = { ...local, headers: { 'x-forwarded-for': `6.6.6.6, ${elsewhere}` } };
    expect((await ask(proxied)).headers).toMatchObject({ 'x-ratelimit-limit': '100', 'x-ratelimit-remaining': '99' });
    expect((await ask()).headers['x-ratelimit-remaining']).toBe('98');
  });

  it('behind a proxy that writes the address in its own way are not this machine', async () => {
    const left = async (forwarded: string) =>
      (await ask({ remoteAddress: '127.0.0.1', headers: { 'x-forwarded-for': forwarded } })).headers[
        'x-ratelimit-remaining'
      ];
    expect([await left(elsewhere), await left(`${elsewhere}:4711`)]).toEqual(['99', '98']);
    expect([await left('2001:db8::1'), await left('[2001:db8::2]:4711'), await left('[2001:db8::3]')]).toEqual([
      '99',
      '98',
      '97',
    ]);
    expect([await left('unknown'), await left('')]).toEqual(['99', '98']);
  });

  it('get the classic body on the classic addresses (S3-07)', async () => {
    const answer = await last(1_001, { url: '/settings/interval' });
    expect([answer.statusCode, answer.json()]).toEqual([429, { error: 'Rate limit exceeded', retryAfter: 60 }]);
    expect(answer.headers['retry-after']).toBe('60');
  });

  it('have the limits that are configured (D16)', async () => {
    await serve({ web: { limit: 2, windowMs: 5_000 } });
    const local = { remoteAddress: '127.0.0.1' };
    const answers = [await ask(local), await ask(local), await ask(local)];
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200, 429]);
    expect(answers[2]?.headers).toMatchObject({ 'x-ratelimit-limit': '2', 'retry-after': '5' });
    clock.advance(5_000);
    expect((await ask(local)).statusCode).toBe(200);
    expect((await ask()).headers['x-ratelimit-limit']).toBe('100');
  });

  it('have no limit where limits are off', async () => {
    await serve('off');
    const answer = await last(101);
    expect([answer.statusCode, answer.headers['x-ratelimit-limit']]).toEqual([200, undefined]);
  });
});
