import type { FastifyInstance, InjectOptions } from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';
import { fakeParts, type FakeParts, serveFakes } from '../../../test/support/http-fakes.ts';

const owner = { authorization: 'Bearer local-secret' };
let app: FastifyInstance | undefined;
let fake: ReturnType<typeof fakeParts>;

async function ask(options: InjectOptions, changes: Partial<FakeParts> = {}) {
  await app?.close();
  fake = fakeParts(changes);
  app = await serveFakes(fake.parts);
  const answer = await app.inject(options);
  return [answer.statusCode, answer.json().error?.code];
}

afterEach(() => app?.close());

describe('/internal', () => {
  const url = '/internal/log?topic=raw-emote-data';

  it('asks for the token of the data folder', async () => {
    expect(await ask({ url })).toEqual([401, 'unauthenticated']);
    expect(await ask({ url, headers: { authorization: 'Bearer guess' } })).toEqual([403, 'forbidden']);
    expect(await ask({ url, headers: owner })).toEqual([200, undefined]);
  });

  it('does not exist without a token, nor for other machines', async () => {
    expect(await ask({ url, headers: owner }, { localToken: undefined })).toEqual([404, 'not_found']);
    expect(await ask({ url, headers: owner, remoteAddress: '192.168.1.5' })).toEqual([404, 'not_found']);
    expect(await ask({ url, headers: owner, remoteAddress: '::ffff:10.0.0.1' })).toEqual([404, 'not_found']);
    expect(await ask({ url, headers: owner, remoteAddress: '::1' })).toEqual([200, undefined]);
    expect(await ask({ url, headers: owner, remoteAddress: '::ffff:127.0.0.1' })).toEqual([200, undefined]);
  });

  it('asks for it before it reads a body', async () => {
    const headers = { 'content-type': 'text/plain' };
    expect(await ask({ method: 'POST', url: '/internal/sql', headers, payload: 'x' })).toEqual([
      401,
      'unauthenticated',
    ]);
  });
});

describe('/internal/log', () => {
  async function offsets(query: string): Promise<number[]> {
    const answer = await app?.inject({ url: `/internal/log?topic=raw-emote-data${query}`, headers: owner });
    return answer?.json().data.map((record: { offset: number }) => record.offset);
  }

  it('answers the newest records, or those from an offset on', async () => {
    await ask({ url: '/live' });
    for (let n = 0; n < 5; n += 1) {
      const payload = { emote: '🔥', timestamp: '2026-01-01T00:00:00Z' };
      // oxlint-disable-next-line no-await-in-loop -- in this order they get their offsets
      await app?.inject({ method: 'POST', url: '/emotes', payload });
    }
    expect(await offsets('')).toEqual([0, 1, 2, 3, 4]);
    expect(await offsets('&limit=2')).toEqual([3, 4]);
    expect(await offsets('&limit=2&from=1')).toEqual([1, 2]);
    expect(await offsets('&from=99')).toEqual([]);
    const answer = await app?.inject({ url: '/internal/log?topic=raw-emote-data&limit=1', headers: owner });
    expect(answer?.json().data[0]).toEqual({
      partition: 0,
      offset: 4,
      appendedAt: '1970-01-01T00:00:00.004Z',
      key: 'default',
      headers: {},
      value: '{"emote":"🔥","timestamp":"2026-01-01T00:00:00Z"}',
    });
  });

  it('refuses topics and numbers that are none', async () => {
    expect(await ask({ url: '/internal/log?topic=nothing', headers: owner })).toEqual([404, 'not_found']);
    expect(await ask({ url: '/internal/log', headers: owner })).toEqual([400, 'validation_failed']);
    expect(await ask({ url: '/internal/log?topic=x&from=-1', headers: owner })).toEqual([400, 'validation_failed']);
    expect(await ask({ url: '/internal/log?topic=x&limit=5000', headers: owner })).toEqual([400, 'validation_failed']);
  });
});
