import { type AddressInfo, connect } from 'node:net';
import { text } from 'node:stream/consumers';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fakeParts, serveFakes } from '../../../test/support/http-fakes.ts';

let app: FastifyInstance;

beforeAll(async () => {
  app = await serveFakes(fakeParts().parts);
  await app.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(() => app.close());

/** What comes back for these bytes, until the server or `connection: close` ends the connection. */
async function say(bytes: string) {
  const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1');
  socket.write(bytes);
  const [head = '', body = ''] = (await text(socket)).split('\r\n\r\n');
  return { status: Number(head.split(' ')[1]), type: /content-type: ([^\r]+)/i.exec(head)?.[1], body };
}

const error = (code: string) => ({
  error: {
    code,
    message: expect.stringMatching(/^[A-Z]/),
    details: [],
    timestamp: expect.stringMatching(/^\d{4}-.*Z$/),
    requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
  },
});

describe('what cannot be read as a request', () => {
  it.each([
    ['a line that is none', 'nonsense\r\n\r\n', 400, 'unreadable_request'],
    ['a header without a name', 'GET / HTTP/1.1\r\nHost: localhost\r\n: x\r\n\r\n', 400, 'unreadable_request'],
    ['no Host', 'GET / HTTP/1.1\r\n\r\n', 400, undefined],
    [
      'headers without an end',
      `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`,
      431,
      'headers_too_large',
    ],
  ])('is answered with the envelope: %s', async (_what, bytes, status, code) => {
    const answer = await say(bytes);
    expect(answer.status).toBe(status);
    if (code === undefined) return;
    expect(answer.type).toBe('application/json; charset=utf-8');
    expect(JSON.parse(answer.body)).toEqual(error(code));
  });

  it('has one Host: two are refused, in the shape of the address', async () => {
    const request = (path: string) =>
      `GET ${path} HTTP/1.1\r\nHost: localhost\r\nhost: evil.example\r\nConnection: close\r\n\r\n`;
    const api = await say(request('/api/v1/channels'));
    expect([api.status, JSON.parse(api.body)]).toEqual([400, error('validation_failed')]);
    const classic = await say(request('/settings/interval'));
    expect([classic.status, JSON.parse(classic.body)]).toEqual([
      400,
      { error: 'The request has more than one Host header' },
    ]);
  });
});

describe('what cannot be read behind other requests', () => {
  const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`;

  it('is answered after them', async () => {
    const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1');
    socket.write(`${get('/api/v1/channels')}${get('/settings/interval')}non\u0001sense\r\n\r\n`);
    const statuses = [...(await text(socket)).matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status);
    expect(statuses).toEqual(['200', '200', '400']);
  });

  it('makes no answer to a request whose body it is in', async () => {
    const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1');
    const head = 'PUT /settings/interval HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json';
    socket.write(`${get('/api/v1/channels')}${head}\r\nTransfer-Encoding: chunked\r\n\r\nno length\r\n`);
    const statuses = [...(await text(socket)).matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status);
    expect(statuses).toEqual(['200', '400']);
  });
});
