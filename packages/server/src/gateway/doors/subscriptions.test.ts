import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fakeMoment } from '../../../test/support/fake-moment.ts';
import { callerFrom, startWorld, until, type World } from '../../../test/support/gateway/door-fakes.ts';
import type { Client } from '../../../test/support/gateway/test-client.ts';

let world: World;

beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world[Symbol.asyncDispose]());

/** Nothing is known of the channels until it is called. */
function holdUp(): () => void {
  const find = world.channels.find.bind(world.channels);
  const { promise, resolve } = Promise.withResolvers<void>();
  world.channels.find = async (name) => {
    if (name === 'demo') await promise;
    return find(name);
  };
  return resolve;
}

async function welcomed(): Promise<Client> {
  const client = await world.open('/ws', ['ovation.v1']).opened();
  client.send({ op: 'hello' });
  await until(() => expect(client.of('welcome')).toHaveLength(1));
  return client;
}

describe('a channel that is left while it is being opened', () => {
  it('is not joined', async () => {
    const client = await welcomed();
    const release = holdUp();
    client.send({ op: 'sub', id: 1, ch: 'channel:demo' }, { op: 'unsub', id: 2, ch: 'channel:demo' });
    await until(() => expect(client.of('ok')).toEqual([{ k: 'ok', id: 2 }]));
    release();
    await until(() => expect(client.of('err')).toMatchObject([{ id: 1, code: 100 }]));
    client.send({ op: 'sub', id: 3, ch: 'channel:default' });
    await until(() => expect(client.of('ok')).toHaveLength(2));
    for (const channel of ['demo', 'default']) world.emit(channel, { y: 'moment', d: fakeMoment({ channel }) });
    await until(() => expect(client.of('ev')).toHaveLength(1));
    expect(client.of('ev')).toMatchObject([{ d: { channel: 'default' } }]);
  });

  it('is joined when it is asked for once more', async () => {
    const client = await welcomed();
    const release = holdUp();
    const [ch, op] = ['channel:demo', 'sub'];
    client.send({ op, id: 1, ch }, { op: 'unsub', id: 2, ch }, { op, id: 3, ch });
    await until(() => expect(client.of('ok')).toHaveLength(1));
    release();
    await until(() => expect(client.of('ok')).toMatchObject([{ id: 2 }, { id: 3, sub: { recovered: false } }]));
    expect(client.of('err')).toMatchObject([{ id: 1 }]);
    world.emit('demo', { y: 'moment', d: fakeMoment() });
    await until(() => expect(client.of('ev')).toHaveLength(1));
  });
});

it('a room that was given up before it could be joined is asked for again', async () => {
  const release = holdUp();
  const client = await world.open('/ws', ['ovation.v1']).opened();
  client.send({ op: 'hello', subs: [{ ch: 'channel:default' }, { ch: 'channel:demo' }] });
  await client.heard();
  const { signal } = new AbortController();
  const look = (channel: string) =>
    world.gateway.poll({
      feed: world.feed(channel),
      since: undefined,
      timeoutMs: 0,
      signal,
      caller: callerFrom('203.0.113.7'),
    });
  // More rooms than may wait without a connection, all of them newer.
  world.clock.advance(1);
  for (let n = 0; n < 200; n += 1) await look(`other-${n}`);
  world.clock.advance(500);
  release();
  await until(() => expect(client.of('welcome')).toHaveLength(1));
  expect(client.of('welcome')[0]?.['subs']).toMatchObject({
    'channel:default': { code: 154, after: 2_000 },
    'channel:demo': { recovered: false },
  });
  client.send({ op: 'sub', id: 1, ch: 'channel:default' });
  await until(() => expect(client.of('ok')).toHaveLength(1));
  world.emit('default', { y: 'moment', d: fakeMoment() });
  await until(() => expect(client.of('ev')).toHaveLength(1));
});
