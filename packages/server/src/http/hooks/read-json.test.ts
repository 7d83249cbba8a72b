import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fakeParts, serveFakes } from '../../../test/support/http-fakes.ts';

let app: FastifyInstance;

beforeAll(async () => {
  app = await serveFakes(fakeParts().parts);
});
afterAll(() => app.close());

const URL = '/api/v1/channels/default/reactions';
const post = (payload: string, headers: Record<string, string> = {}) =>
  app.inject({ method: 'POST', url: URL, payload, headers: { 'content-type': 'application/json', ...headers } });

describe('a body that takes long to read', () => {
  it.each([
    ['brackets that open', '['.repeat(1_900_000)],
    ['brackets that close as well', `${'['.repeat(950_000)}${']'.repeat(950_000)}`],
    ['objects in objects', '{"a":'.repeat(380_000)],
    ['very many names', `{${Array.from({ length: 150_000 }, (_, i) => `"k${i}":1`).join(',')}}`],
  ])('is refused without parsing it: %s', async (_what, body) => {
    const answer = await post(body);
    expect(answer.json().error).toMatchObject({
      code: 'malformed_json',
      message: 'A body may have 32 levels and 100000 members',
    });
  });

  it('does not count what is inside of a text', async () => {
    const text = '[{,"\\'.repeat(40);
    const answer = await post(JSON.stringify({ reactions: [{ id: text, emote: '🔥', occurredAt: '2026-01-01' }] }));
    expect(answer.json().error.code).toBe('validation_failed');
  });
});

describe('a body with an encoding', () => {
  it('is refused: it would be read as it is', async () => {
    const payload = JSON.stringify({ reactions: [] });
    expect((await post(payload, { 'content-encoding': 'gzip' })).json().error).toMatchObject({
      code: 'unsupported_media_type',
      message: 'A body of JSON is sent as it is, without Content-Encoding',
    });
    expect((await post(payload, { 'content-encoding': 'identity' })).json().error.code).toBe('validation_failed');
  });
});
