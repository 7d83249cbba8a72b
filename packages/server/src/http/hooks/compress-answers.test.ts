import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodingFor } from './compress-answers.ts';
import { fakeParts, serveFakes } from '../../../test/support/http-fakes.ts';
import { fakeMoment } from '../../../test/support/fake-moment.ts';

let app: FastifyInstance;

beforeAll(async () => {
  const { parts } = fakeParts();
  const moments = {
    ...parts.moments,
    page: () => Promise.resolve({ moments: Array.from({ length: 20 }, () => fakeMoment()), next: undefined }),
  };
  app = await serveFakes({ ...parts, moments });
});
afterAll(() => app.close());

const LONG = '/api/v1/channels/default/moments';
const get = (url: string, headers: Record<string, string> = {}) => app.inject({ url, headers });

describe('a long JSON answer', () => {
  it('is compressed as the client asks, and is the same', async () => {
    const plain = await get(LONG);
    expect(plain.headers['content-encoding']).toBeUndefined();
    expect(plain.headers['vary']).toContain('accept-encoding');
    const packed = await get(LONG, { 'accept-encoding': 'gzip, deflate' });
    expect([packed.headers['content-encoding'], gunzipSync(packed.rawPayload).toString()]).toEqual([
      'gzip',
      plain.body,
    ]);
    const smaller = await get(LONG, { 'accept-encoding': 'gzip, br' });
    expect(smaller.headers['content-encoding']).toBe('br');
    expect(brotliDecompressSync(smaller.rawPayload).toString()).toBe(plain.body);
    expect(smaller.rawPayload.length).toBeLessThan(plain.rawPayload.length / 4);
    expect(Number(smaller.headers['content-length'])).toBe(smaller.rawPayload.length);
  });

  it('has a tag of its own, which conditions take', async () => {
    const { etag } = (await get(LONG)).headers;
    const packed = await get(LONG, { 'accept-encoding': 'br' });
    expect(packed.headers.etag).toBe(`W/${String(etag)}`);
    const again = await get(LONG, { 'accept-encoding': 'br', 'if-none-match': String(packed.headers.etag) });
    expect([again.statusCode, again.headers['content-encoding']]).toEqual([304, undefined]);
  });

  it('has no body for HEAD', async () => {
    const head = await app.inject({ method: 'HEAD', url: LONG, headers: { 'accept-encoding': 'br' } });
    expect([head.statusCode, head.body]).toEqual([200, '']);
  });
});

describe('what is not compressed', () => {
  it('is short', async () => {
    const short = await get('/settings/interval', { 'accept-encoding': 'br' });
    expect([short.headers['content-encoding'], short.body]).toEqual([undefined, '{"interval":30}']);
  });

  it.each([
    [undefined, undefined],
    ['', undefined],
    ['identity', undefined],
    ['gzip;q=0', undefined],
    ['br;q=0, gzip;q=0.5', 'gzip'],
    ['BR', 'br'],
    ['*', 'gzip'],
    ['deflate', undefined],
  ])('is not wanted: %s', (accepted, encoding) => {
    expect(encodingFor(accepted)).toBe(encoding);
  });
});
