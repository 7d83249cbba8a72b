import { once } from 'node:events';
import { connect } from 'node:net';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startWorld, until, type World } from '../../../test/support/gateway/door-fakes.ts';
import { HOSTILE_EMOTES } from '../../../test/support/hostile-emotes.ts';
import type { Client } from '../../../test/support/gateway/test-client.ts';
import { listedFrames } from '../../../test/support/listed-doors.ts';

/**
 * Every frame that a door takes has a generator of wrong ones here; a frame without one fails. Each door gets at least
 * a thousand, over real sockets, and must still serve a newcomer afterwards.
 */
const CASES = 1_200;

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world[Symbol.asyncDispose]());

const text = (value: unknown) => JSON.stringify(value) ?? 'undefined';
const anything = fc.oneof(fc.anything(), fc.jsonValue(), fc.string({ unit: 'binary' }));
const hugeNumber = fc.constantFrom(-1, 0.5, 1e308, -0, 2 ** 53, Number.NaN, null);
const nasty = fc.constantFrom('__proto__', 'constructor', 'toString', '\u0000', '\ud800', '🔥'.repeat(80), '', ' ');
const value = fc.oneof(anything, hugeNumber, nasty);

/** What is wrong whatever the frame: bytes, text that is no JSON, JSON that is no object, deep nesting. */
const garbage: fc.Arbitrary<string | Buffer> = fc.oneof(
  fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes)),
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.jsonValue().map(text),
  fc.nat(6_000).map((depth) => '['.repeat(depth)),
  fc.nat(2_000).map((depth) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`),
  fc.constantFrom(
    '',
    '\n',
    '\n\n\n',
    '{}',
    '{"op":null}',
    '{"op":"hello"}\n{',
    'null',
    '"',
    '{"__proto__":{"op":"pong"}}',
  ),
);

/** A frame whose named fields are right in kind now and then, and anything else otherwise. */
function frame(fixed: object, fields: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<string> {
  const loose = Object.fromEntries(Object.entries(fields).map(([key, right]) => [key, fc.oneof(right, value)]));
  const record = fc.record({ ...loose, extra: value }, { requiredKeys: [] });
  return record.map((rest) => text({ ...fixed, ...(rest as object) }));
}

const feed = fc.constantFrom('channel:demo', 'channel:', 'channel:../x', 'room:demo', 'channel:default');

const NATIVE: Record<string, fc.Arbitrary<string>> = {
  hello: frame(
    { op: 'hello' },
    {
      sdk: fc.string(),
      token: fc.string(),
      resume: fc.string(),
      subs: fc.array(fc.record({ ch: feed }), { maxLength: 40 }),
    },
  ),
  sub: frame({ op: 'sub' }, { id: fc.nat(), ch: feed }),
  unsub: frame({ op: 'unsub' }, { id: fc.nat(), ch: feed }),
  react: frame(
    { op: 'react' },
    { c: fc.nat(5), e: fc.constantFrom('🔥', 'twitch:25', 'x y', ...HOSTILE_EMOTES), n: fc.integer() },
  ),
  refresh: frame({ op: 'refresh' }, { id: fc.nat(), token: fc.string() }),
  hist: frame({ op: 'hist' }, { id: fc.nat(), c: fc.nat(5), before: fc.nat(), limit: fc.nat(120) }),
  pong: frame({ op: 'pong' }, { pos: fc.dictionary(fc.string(), fc.nat()) }),
};

const emotes = fc.array(fc.oneof(fc.constantFrom('🔥', '', 'two words', '\ud800', ...HOSTILE_EMOTES), value), {
  maxLength: 260,
});
const CLASSIC: Record<string, fc.Arbitrary<string>> = {
  settings: fc
    .record(
      { interval: value, threshold: value, allowedEmotes: fc.oneof(emotes, value), constructor: value },
      { requiredKeys: [] },
    )
    .chain((data) => fc.oneof(fc.constant(data), value))
    .map((data) => text({ type: 'settings', data })),
};

function samples(generators: Record<string, fc.Arbitrary<string>>): (string | Buffer)[] {
  const inputs: (string | Buffer)[] = fc.sample(garbage, CASES / 2);
  const each = Math.ceil(CASES / Object.keys(generators).length);
  for (const generator of Object.values(generators)) inputs.push(...fc.sample(generator, each));
  return inputs;
}

/** Sends everything, with a new connection whenever the door closed the old one. */
async function throwAt(connectTo: () => Promise<Client>, inputs: readonly (string | Buffer)[]): Promise<number> {
  let client = await connectTo();
  let connections = 1;
  for (const input of inputs) {
    if (client.socket.readyState !== client.socket.OPEN) {
      client.socket.terminate();
      client = await connectTo();
      connections += 1;
    }
    client.socket.send(input);
    // The door's clock stands still: let its buckets fill, so that inputs reach the parsers.
    world.clock.advance(100);
    await client.heard();
  }
  client.socket.close();
  await until(() => expect(client.closed).toBeDefined());
  return connections;
}

describe('the native door', () => {
  it('has a generator for every frame that it takes', () => {
    expect(Object.keys(NATIVE).toSorted()).toEqual(listedFrames.ops.toSorted());
  });

  it('survives malformed frames and serves the next client', async () => {
    const newcomer = async () => {
      const client = await world.open('/ws', ['ovation.v1']).opened();
      client.send({ op: 'hello', subs: [{ ch: 'channel:demo' }] });
      await until(() => expect(client.of('welcome')).toHaveLength(1));
      return client;
    };
    const inputs = samples(NATIVE);
    expect(inputs.length).toBeGreaterThanOrEqual(1_000);
    const connections = await throwAt(newcomer, inputs);
    expect(connections).toBeGreaterThan(10);
    expect((await newcomer()).of('welcome')[0]).toMatchObject({ subs: { 'channel:demo': { recovered: false } } });
    expect(await world.errors()).toBe(0);
    for (const { n, key } of world.counted) {
      expect(Number.isInteger(n) && n >= 1 && n <= 20).toBe(true);
      expect(key).toMatch(/^[a-z0-9]+:/);
    }
  });

  it('survives malformed first frames', async () => {
    const fresh = () => world.open('/', ['ovation.v1']).opened();
    await throwAt(fresh, samples(NATIVE));
    expect(await world.errors()).toBe(0);
  });
});

describe('the classic door', () => {
  it('has a generator for every frame that it takes', () => {
    expect(Object.keys(CLASSIC).toSorted()).toEqual(listedFrames.types.toSorted());
  });

  it('survives malformed frames, changes nothing by them and serves the next client', async () => {
    const newcomer = async () => {
      const client = world.open('/');
      await until(() => expect(client.texts.length).toBeGreaterThan(0));
      return client;
    };
    const inputs = samples(CLASSIC);
    expect(inputs.length).toBeGreaterThanOrEqual(1_000);
    await throwAt(newcomer, inputs);
    expect((await newcomer()).texts).toEqual(['{"type":"connection","message":"Connected to Server A"}']);
    expect(await world.errors()).toBe(0);
    for (const { patch } of world.channels.changes) {
      expect(Object.keys(patch).length).toBeGreaterThan(0);
      if (patch.interval !== undefined) expect(patch.interval).toBeGreaterThanOrEqual(1);
      if (patch.threshold !== undefined) expect(patch.threshold).toBeLessThan(1);
    }
  });
});

describe('the upgrade', () => {
  const token = fc.string({ minLength: 1, maxLength: 30 }).map((s) => s.replaceAll(/[^\u0021-\u007e]/g, '~'));
  const request = fc.record({
    path: fc.oneof(
      fc.constantFrom('/', '/ws', '//', '/ws/', '/?streamerId=%', '/?token=%00', '/ws?streamerId=a&streamerId=b'),
      token.map((t) => `/${t}`),
    ),
    upgrade: fc.oneof(fc.constantFrom('websocket', 'h2c', 'WebSocket'), token),
    protocol: fc.option(fc.oneof(fc.constantFrom('ovation.v1', 'ovation.v1, x', 'ovation.v1,,', 'chat', ','), token)),
    version: fc.constantFrom('13', '8', '99', 'x'),
    key: fc.oneof(fc.constant('dGhlIHNhbXBsZSBub25jZQ=='), token),
    tail: fc.uint8Array({ maxLength: 60 }),
  });

  it('answers every malformed request with an HTTP status below 500 or a WebSocket, and goes on', async () => {
    const requests = fc.sample(request, CASES);
    const statuses = new Set<number>();
    for (let i = 0; i < requests.length; i += 20) {
      const answers = await Promise.all(requests.slice(i, i + 20).map((one) => ask(one)));
      for (const status of answers) statuses.add(status);
      world.clock.advance(20_000);
    }
    expect([...statuses].filter((status) => status >= 500)).toEqual([]);
    expect(statuses).toContain(404);
    expect(statuses).toContain(400);
    expect(statuses).toContain(101);
    expect((await world.open('/').opened()).socket.readyState).toBe(1);
    expect(await world.errors()).toBe(0);
  });

  /** The status of the answer; 0 when the connection just ended. */
  async function ask(one: {
    path: string;
    upgrade: string;
    protocol: string | null;
    version: string;
    key: string;
    tail: Uint8Array;
  }) {
    const socket = connect(world.port, '127.0.0.1');
    socket.on('error', () => undefined);
    const lines = [
      `GET ${one.path} HTTP/1.1`,
      'Host: localhost',
      'Connection: Upgrade',
      `Upgrade: ${one.upgrade}`,
      `Sec-WebSocket-Version: ${one.version}`,
      `Sec-WebSocket-Key: ${one.key}`,
      ...(one.protocol === null ? [] : [`Sec-WebSocket-Protocol: ${one.protocol}`]),
    ];
    socket.write(`${lines.join('\r\n')}\r\n\r\n`);
    socket.write(one.tail);
    const [data] = (await Promise.race([once(socket, 'data'), once(socket, 'close')])) as [
      Buffer | boolean | undefined,
    ];
    socket.destroy();
    return Buffer.isBuffer(data) ? Number(/^HTTP\/1\.1 (\d{3})/.exec(data.toString('latin1'))?.[1] ?? 0) : 0;
  }
});
