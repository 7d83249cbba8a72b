import type { FastifyInstance } from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';
import { createAccess } from '../../modules/access/index.ts';
import { PAGE_TEXTS, pageRefusal } from '../../callers/index.ts';
import { fakeParts, type FakeParts, serveFakes } from '../../../test/support/http-fakes.ts';

let app: FastifyInstance | undefined;

async function change(headers: Record<string, string>, parts: Partial<FakeParts> = {}) {
  app = await serveFakes(fakeParts(parts).parts);
  const answer = await app.inject({ method: 'PUT', url: '/settings/interval', headers, payload: { interval: 5 } });
  return [answer.statusCode, answer.json().error];
}

afterEach(() => app?.close());

describe('an open server on loopback', () => {
  it('takes changes without an Origin and from its own page', async () => {
    expect(await change({ host: 'localhost:8080' })).toEqual([200, undefined]);
    expect(await change({ host: 'localhost:8080', origin: 'http://localhost:8080' })).toEqual([200, undefined]);
    expect(await change({ host: '127.0.0.1', origin: 'http://127.0.0.1:80' })).toEqual([200, undefined]);
    expect(await change({ host: '[::1]:8080', origin: 'http://[::1]:8080' })).toEqual([200, undefined]);
  });

  it.each(['https://evil.example', 'http://localhost:9999', 'null', 'garbage', 'http://127.0.0.1:8080'])(
    'refuses changes from the page %s',
    async (origin) => {
      expect(await change({ host: 'localhost:8080', origin })).toEqual([403, PAGE_TEXTS.origin]);
    },
  );

  it.each(['evil.example:8080', 'localhost.evil.example', 'a b', 'evil.example@127.0.0.1:80x'])(
    'refuses the host %s, also to read',
    async (host) => {
      app = await serveFakes(fakeParts().parts);
      const answer = await app.inject({ url: '/api/v1/channels', headers: { host } });
      expect([answer.statusCode, answer.json().error.message]).toEqual([403, PAGE_TEXTS.host]);
    },
  );

  it('takes changes from the pages that it was told of, and refuses streams of others', async () => {
    const access = createAccess({ mode: 'open', secret: undefined, origins: ['http://localhost:3000'] });
    const headers = { host: 'localhost:8080', origin: 'http://localhost:3000' };
    expect(await change(headers, { access })).toEqual([200, undefined]);
    expect(await change({ ...headers, origin: 'http://localhost:3001' }, { access })).toEqual([403, PAGE_TEXTS.origin]);
    const stream = await app?.inject({ url: '/sse', headers: { ...headers, origin: 'http://localhost:3001' } });
    expect(stream?.statusCode).toBe(403);
  });

  it('takes changes from its own page behind a proxy on this machine, and from no other page there', async () => {
    const page = { origin: 'http://localhost:8090' };
    // nginx with `Host $host` drops the port, without a line for it gives its own address of this server.
    for (const host of ['localhost', '127.0.0.1:8080']) {
      expect(await change({ host, ...page })).toEqual([403, PAGE_TEXTS.origin]);
      expect(await change({ host, ...page, 'sec-fetch-site': 'same-origin' })).toEqual([200, undefined]);
      expect(await change({ host, ...page, 'sec-fetch-site': 'same-site' })).toEqual([403, PAGE_TEXTS.origin]);
      expect(await change({ host, ...page, 'x-forwarded-host': 'localhost:8090' })).toEqual([200, undefined]);
      const twoHeaders = { 'x-forwarded-host': 'localhost', 'x-forwarded-port': '8090' };
      expect(await change({ host, ...page, ...twoHeaders })).toEqual([200, undefined]);
      const other = { host, origin: 'http://localhost:3000', ...twoHeaders };
      expect(await change(other)).toEqual([403, PAGE_TEXTS.origin]);
    }
    expect(await change({ host: 'localhost', ...page, 'x-forwarded-port': '8090' })).toEqual([200, undefined]);
    const rebound = { host: '127.0.0.1:8080', origin: 'http://evil.example' };
    expect(await change({ ...rebound, 'sec-fetch-site': 'same-origin' })).toEqual([403, PAGE_TEXTS.origin]);
    expect(await change({ ...rebound, 'x-forwarded-host': 'evil.example' })).toEqual([403, PAGE_TEXTS.host]);
  });

  it('judges an upgrade by the same rule', () => {
    const options = { hostIsLoopback: true, origins: [], isChange: true };
    const ask = (headers: object) =>
      pageRefusal({ headers: { host: 'localhost:1', ...headers }, socket: { remoteAddress: '127.0.0.1' } }, options);
    expect(ask({ origin: 'http://evil.example' })).toBe(PAGE_TEXTS.origin);
    expect(ask({})).toBeUndefined();
  });
});

describe('any other server', () => {
  it('is reached under any name, and needs no Origin where tokens are needed', async () => {
    const headers = { host: 'ovation.example', origin: 'https://elsewhere.example' };
    const reachable = createAccess({ mode: 'open', secret: undefined, hostIsLoopback: false });
    expect(await change({ host: 'ovation.example', origin: 'http://ovation.example' }, { access: reachable })).toEqual([
      200,
      undefined,
    ]);
    expect(await change(headers, { access: reachable })).toEqual([403, PAGE_TEXTS.origin]);
    const access = createAccess({ mode: 'token', secret: 'a-secret-of-thirty-two-characters' });
    expect(await change(headers, { access })).toEqual([401, 'Unauthorized']);
  });
});
