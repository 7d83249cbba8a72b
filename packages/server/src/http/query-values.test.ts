import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fakeParts, serveFakes } from '../../test/support/http-fakes.ts';

let app: FastifyInstance;

beforeAll(async () => {
  app = await serveFakes(fakeParts().parts);
});
afterAll(() => app.close());

/** The moments of a channel, with this query. */
async function call(query: string) {
  const answer = await app.inject(`/api/v1/channels/default/moments?${query}`);
  return { status: answer.statusCode, body: answer.json() };
}

describe('numbers and instants of a query', () => {
  it.each([
    'limit=0x10',
    'limit=1e2',
    'limit=%205',
    'limit=5%20',
    'limit=+5',
    'limit=5.0',
    'limit=',
    'limit=0',
    'limit=101',
  ])('refuse %s', async (query) => {
    expect(await call(query)).toMatchObject({
      status: 400,
      body: { error: { code: 'validation_failed', details: [{ field: 'limit' }] } },
    });
  });

  it.each([
    '0000-01-01T00:00:00Z',
    '0000-12-31T23:59:59Z',
    '0001-01-01T00:00:00%2B01:00',
    '9999-12-31T23:59:59-01:00',
    '2026-02-31T00:00:00Z',
    '2025-02-29T00:00:00Z',
    '2026-01-01',
    '2026-01-01T00:00:00',
    '2026-01-01T24:00:00Z',
  ])('refuse from=%s', async (from) => {
    for (const name of ['from', 'to']) {
      expect(await call(`${name}=${from}`)).toMatchObject({
        status: 400,
        body: { error: { code: 'validation_failed', details: [{ field: name }] } },
      });
    }
  });

  it('refuse a cursor of such an instant, and take what is right', async () => {
    const after = Buffer.from('["0000-01-01T00:00:00Z","x"]').toString('base64url');
    expect((await call(`after=${after}`)).status).toBe(400);
    const right = 'from=0001-01-01T00:00:00Z&to=9999-12-31T23:59:59.999Z&limit=007';
    expect((await call(right)).status).toBe(200);
  });
});
