import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import type { FastifyInstance, InjectOptions } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HOSTILE_EMOTES, HOSTILE_NAMES } from '../../test/support/hostile-emotes.ts';
import { fakeParts, listedRoutes, serveFakes } from '../../test/support/http-fakes.ts';
import type { RouteInfo } from './route.ts';

const RUNS = 1_000;
/** For a door that reads no input of its own and answers four megabytes. */
const RUNS_OF_LONG_TEXT = 100;

const keyOf = ({ method, path }: Pick<RouteInfo, 'method' | 'path'>) => `${method} ${path}`;

/** Strings that hurt: any UTF-16 unit, NUL, halves of pairs, invisible marks, other alphabets, long ones, near misses. */
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 80 }),
  fc.string({ unit: 'grapheme', maxLength: 80 }),
  fc.constantFrom(
    '',
    '\u0000',
    '\ud800',
    'a\udfff',
    '\u202e\ufeff',
    '🏴󠁧󠁢󠁥󠁮󠁧󠁿',
    '👨‍👩‍👧‍👦',
    'default',
    '2026-01-01T00:00:00Z',
    '9999-12-31T23:59:60Z',
  ),
  fc.string({ maxLength: 20 }).map((unit) => unit.repeat(500)),
);

const hugeNumber = fc.constantFrom(
  '1e400',
  '-1e400',
  '9'.repeat(400),
  '-0',
  '1e-400',
  '0.1e1',
  '1.7976931348623157e308',
  '5e-324',
);

/** JSON text of any value; some of it no JavaScript value can say: numbers beyond a double, deep nesting, double keys. */
const jsonText = fc.oneof(
  fc.json({ maxDepth: 5, stringUnit: 'binary' }),
  fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.stringify(value)),
  hugeNumber,
  fc.integer({ min: 1, max: 20_000 }).map((depth) => '['.repeat(depth) + ']'.repeat(depth)),
  fc.integer({ min: 1, max: 5_000 }).map((depth) => '{"a":'.repeat(depth) + '1' + '}'.repeat(depth)),
  fc.constantFrom(
    '{"__proto__":{"x":1}}',
    '{"constructor":{"prototype":{}}}',
    '{"interval":1,"interval":2}',
    '\ufeff{}',
    '{',
    '"',
    'nul',
  ),
);

/** Bodies whose fields are named as in `valid`, and hold what they like; now and then `valid` itself. */
function fields(valid: Record<string, unknown>, likely: fc.Arbitrary<unknown> = fc.constant(null)) {
  const names = Object.keys(valid);
  const value = fc.oneof(text, fc.jsonValue({ maxDepth: 2 }), fc.double(), fc.integer(), likely);
  const object = fc.dictionary(fc.constantFrom(...names), value).map((body) => JSON.stringify(body));
  const withHugeNumber = fc
    .tuple(fc.constantFrom(...names), hugeNumber)
    .map(([name, number]) => `{${JSON.stringify(name)}:${number}}`);
  return fc.oneof({ weight: 4, arbitrary: object }, withHugeNumber, jsonText, fc.constant(JSON.stringify(valid)));
}

const contentType = fc.oneof(
  { weight: 8, arbitrary: fc.constant('application/json') },
  fc.constantFrom(
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data',
    'application/json; charset=utf-16',
    'a',
    'a/b;c',
  ),
  fc.string({ maxLength: 20 }).map(headerSafe),
);

/** Node refuses to send anything else in a header; what arrives from a socket is parsed before us. */
function headerSafe(value: string): string {
  return value.replaceAll(/[^\x20-\x7e]/g, '?');
}

const headers = fc.record(
  {
    accept: fc.constantFrom('*/*', 'text/html', 'application/json'),
    authorization: fc.oneof(
      { weight: 4, arbitrary: fc.constant('Bearer local-secret') },
      fc.constantFrom('Bearer', 'Bearer x'),
      fc.string().map(headerSafe),
    ),
    origin: fc.constantFrom('http://localhost:80', 'http://evil.example', 'null'),
    'x-request-id': fc.string().map(headerSafe),
    'idempotency-key': fc.string().map(headerSafe),
    'if-match': fc.oneof(fc.constantFrom('"0"', '*', 'W/"1"'), fc.string().map(headerSafe)),
    'if-none-match': fc.oneof(fc.constantFrom('"0"', '*'), fc.string().map(headerSafe)),
  },
  { requiredKeys: [] },
);

const segment = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('default', 'demo', 'nobody') },
  text.map(encodeSegment),
  fc.constantFrom('%00', '%ZZ', '%ED%A0%80', '..', '%2e%2e', '%2F', 'a'.repeat(300)),
);

const feedSegment = fc.oneof(
  fc.constantFrom('channel:default', 'channel%3Ademo', 'channel:nobody', 'channel:', ':', 'room:x', '__proto__:x'),
  segment,
);

function encodeSegment(value: string): string {
  return encodeURIComponent(value.toWellFormed()) || '-';
}

function query(names: readonly string[]) {
  const pair = fc
    .tuple(
      fc.constantFrom(...names),
      fc.oneof(segment, fc.integer().map(String), fc.constantFrom('1e9', '-1', '', 'raw-emote-data')),
    )
    .map(([name, value]) => `${name}=${value}`);
  return fc.array(pair, { maxLength: 3 }).map((pairs) => (pairs.length > 0 ? `?${pairs.join('&')}` : ''));
}

interface Door {
  /** default RUNS */
  readonly runs?: number;
  readonly body?: fc.Arbitrary<string>;
  readonly query?: readonly string[];
  /** what stands for the names in the path; names of channels when left out */
  readonly segment?: fc.Arbitrary<string>;
}

const streamer = ['streamerId', 'limit'] as const;
const anEmote = fc.oneof(text, fc.constantFrom('🔥', 'twitch:25', ...HOSTILE_EMOTES));
const aName = fc.oneof(text, fc.constantFrom('LUL', '<3', ...HOSTILE_NAMES));
const aReaction = fc.record(
  {
    id: text,
    emote: anEmote,
    occurredAt: fc.oneof(
      text,
      fc.date({ noInvalidDate: true }).map((at) => at.toISOString()),
    ),
    alias: aName,
  },
  { requiredKeys: [] },
);
const settingsBody = fields(
  { interval: 5, threshold: 0.5, allowedEmotes: ['🔥'], version: 1 },
  fc.array(text, { maxLength: 5 }),
);

/** Chat logs, sound and bent, and what is none. */
const chatFile = fc.oneof(
  fc
    .array(fc.tuple(fc.oneof(fc.nat(100_000), fc.integer(), fc.double()), text, text), { maxLength: 40 })
    .map((rows) => JSON.stringify(rows.map(([time, user, said]) => ({ time, user, text: said })))),
  fc
    .array(fc.tuple(fc.nat(9), fc.nat(59), text), { maxLength: 40 })
    .map((rows) => rows.map(([h, m, said]) => `[${h}:${String(m).padStart(2, '0')}:00] <ada> ${said}`).join('\n')),
  fc
    .array(fc.tuple(fc.nat(7_200), text), { maxLength: 40 })
    .map((rows) => `{"FileInfo":{},"comments":[${rows.map(([at, body]) => commentOf(at, body)).join(',')}]}`),
  fc.constantFrom('<!doctype html><html>', '\u001f\u008b\b', 'time,user,text\n1,ada,hi\n2,bo,"', '{"data":[]}'),
  text,
  jsonText,
);

function commentOf(at: number, body: string): string {
  return JSON.stringify({ content_offset_seconds: at, commenter: { name: 'ada' }, message: { body } });
}

/** How to knock at each door. A route without an entry here fails the first test. */
const doors: Record<string, Door> = {
  'GET /settings/interval': { query: streamer },
  'PUT /settings/interval': { query: streamer, body: fields({ interval: 5 }) },
  'GET /settings/threshold': { query: streamer },
  'PUT /settings/threshold': { query: streamer, body: fields({ threshold: 0.5 }) },
  'GET /settings/allowed-emotes': { query: streamer },
  'PUT /settings/allowed-emotes': {
    query: streamer,
    body: fields({ allowedEmotes: ['🔥'] }, fc.array(anEmote, { maxLength: 300 })),
  },
  'POST /emotes': {
    query: streamer,
    body: fields(
      { emote: '🔥', timestamp: '2026-01-01T00:00:00Z', streamerId: 'alice' },
      fc.oneof(fc.constantFrom('default'), anEmote),
    ),
  },
  'GET /moments': { query: streamer },
  'GET /health': { query: streamer },
  'GET /live': {},
  'GET /ready': {},
  'GET /metrics': {},
  'GET /sse': { query: ['channel', 'feed', 'since', 't'] },
  'GET /api/v1/feeds/:feed/events': { query: ['since', 'timeout', 't'], segment: feedSegment },
  'GET /api/v1/channels/:channel/events': { query: ['since', 'timeout', 't'] },
  'GET /api/v1/channels': { query: ['archived'] },
  'POST /api/v1/channels': { body: fields({ name: 'bob' }, fc.constantFrom('alice', 'default')) },
  'GET /api/v1/channels/:channel': {},
  'DELETE /api/v1/channels/:channel': { body: jsonText },
  'POST /api/v1/channels/:channel/archive': { body: jsonText },
  'POST /api/v1/channels/:channel/restore': { body: jsonText },
  'GET /api/v1/channels/:channel/settings': {},
  'PUT /api/v1/channels/:channel/settings': { body: settingsBody },
  'PATCH /api/v1/channels/:channel/settings': { body: settingsBody },
  'POST /api/v1/channels/:channel/settings/preview': { body: settingsBody },
  'GET /api/v1/channels/:channel/moments': { query: ['limit', 'after', 'emote', 'from', 'to', 'broadcast'] },
  'POST /api/v1/channels/:channel/reactions': {
    body: fields(
      { reactions: [{ id: '1', emote: '🔥', occurredAt: '2026-01-01T00:00:00Z' }] },
      fc.array(aReaction, { maxLength: 5 }),
    ),
  },
  'POST /api/v1/channels/:channel/messages': {
    body: fields(
      {
        messages: [{ id: '1', author: 'a', text: 'hi', occurredAt: '2026-01-01T00:00:00Z', emotes: [{ emote: '🔥' }] }],
      },
      fc.array(aReaction, { maxLength: 5 }),
    ),
  },
  'GET /api/v1/channels/:channel/broadcasts': { query: ['limit', 'after'] },
  'GET /api/v1/channels/:channel/broadcasts/:broadcast': {},
  'GET /api/v1/channels/:channel/broadcasts/current': {},
  'POST /api/v1/channels/:channel/broadcasts': { body: fields({ title: 'Friday' }) },
  'DELETE /api/v1/channels/:channel/broadcasts/current': { body: jsonText },
  'POST /api/v1/analyses': { body: chatFile, query: ['name'] },
  'GET /api/v1/openapi.json': {},
  'GET /api/docs': { query: streamer },
  'GET /api/docs/page.js': { runs: RUNS_OF_LONG_TEXT },
  'POST /internal/sql': { body: fields({ sql: 'select 1' }, fc.constantFrom('select 1', 'drop table x')) },
  'GET /internal/log': { query: ['topic', 'from', 'limit'] },
  'GET /internal/channels': {},
  'POST /internal/channels': {
    body: fields({ name: 'bob', change: 'create' }, fc.constantFrom('alice', 'archive', 'restore', 'delete')),
  },
  'GET /internal/dead-letters': { query: ['limit'] },
  'POST /internal/dead-letters/replay': { body: fields({ key: 'activity/0/1' }, fc.constantFrom('none', 'outbox/1')) },
  'GET /*': { query: streamer },
};

function knocks(entry: RouteInfo, door: Door): fc.Arbitrary<InjectOptions> {
  const path = entry.path.replace(/\*$/, ':rest');
  const url = fc
    .tuple(door.segment ?? segment, door.query ? query(door.query) : fc.constant(''))
    .map(([part, search]) => path.replaceAll(/:[a-z]+/g, () => part) + search);
  const payload = door.body ?? fc.constant(undefined);
  return fc.record({ url, payload, type: contentType, headers }).map((knock) => ({
    method: entry.method,
    url: knock.url,
    headers: knock.payload === undefined ? knock.headers : { ...knock.headers, 'content-type': knock.type },
    ...(knock.payload === undefined ? {} : { payload: knock.payload }),
  }));
}

const routes = listedRoutes();
const registered: string[] = [];
let app: FastifyInstance;

/** Fastify tells every instance that is made: this one is asked for its routes. */
function listenForRoutes(message: unknown): void {
  const { fastify } = message as { fastify: FastifyInstance };
  fastify.addHook('onRoute', ({ config, method, path }) => {
    if (config && 'isRefusal' in config) return;
    for (const name of [method].flat()) if (name !== 'HEAD') registered.push(`${name} ${path}`);
  });
}

beforeAll(async () => {
  const { parts } = fakeParts();
  subscribe('fastify.initialization', listenForRoutes);
  await parts.channels.startBroadcast('default', 'so that there is one');
  app = await serveFakes(parts);
  unsubscribe('fastify.initialization', listenForRoutes);
});
afterAll(() => app.close());

describe('the doors of HTTP', () => {
  it('are all in the route table and all have a generator', () => {
    const listed = routes.map(keyOf).toSorted();
    expect(registered.toSorted()).toEqual(listed);
    expect(Object.keys(doors).toSorted()).toEqual(listed);
  });

  it.each(routes.map((entry) => [keyOf(entry), entry] as const))('%s answers whatever comes', async (key, entry) => {
    const statuses = new Set<number>();
    await fc.assert(
      fc.asyncProperty(knocks(entry, doors[key] ?? {}), async (knock) => {
        // The buffers of an answer are kept until the event loop turns, and the script of a page has megabytes.
        await setImmediate();
        const answer = await app.inject(knock);
        statuses.add(answer.statusCode);
        expect(answer.statusCode).toBeLessThan(500);
        expect(answer.headers['x-request-id']).toBeDefined();
        if (answer.statusCode >= 400) expect(answer.json()).toHaveProperty('error');
      }),
      { numRuns: doors[key]?.runs ?? RUNS },
    );
    // Knocking that only ever meets one refusal would test nothing.
    expect([...statuses].some((status) => status < 300)).toBe(key !== 'POST /internal/sql');
  });
});
