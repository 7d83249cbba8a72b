import type { ServerFrame, SubscriptionReply } from '@ovation/protocol';
import { describe, expect, it } from 'vitest';
import { createFakeServer, createManualTimers } from '../test/manual-environment.ts';
import { SERVER_START, accepted, moment, momentEvent, snapshot, welcome } from '../test/server-frames.ts';
import { createConnection } from './connection.ts';

const ROOM = 'room:lobby';
const CHANNEL = 'channel:default';

// A server with more kinds of feeds sends more than the protocol of this package names.
const said = (o: number, text: string) =>
  ({ k: 'ev', c: 1, o, t: 0, y: 'said', d: { text } }) as unknown as ServerFrame;
const snap = (o: number, topic: string, e = 'epoch') =>
  ({ c: 1, e, o, recovered: false, snap: { topic } }) as unknown as SubscriptionReply;
const replay = (o: number, events: readonly ServerFrame[]) =>
  ({ c: 1, e: 'epoch', o, recovered: true, events }) as unknown as SubscriptionReply;

function connect(feed: string) {
  const timers = createManualTimers();
  const server = createFakeServer();
  const online = () => () => undefined;
  const connection = createConnection({ url: 'ws://test/ws', transport: server.transport, timers, online });
  const store = connection.feed(feed);
  const told: string[] = [];
  store.onEvent(({ seq, y }) => void told.push(`${seq} ${y}`));
  store.onGap((state, { e, o }) => void told.push(`gap to ${e}:${o} with ${JSON.stringify(state)}`));
  server.last.open();
  const comeBack = (reply: SubscriptionReply) => {
    server.last.drop(1006);
    connection.retryNow();
    server.last.open();
    server.last.say(welcome({ [feed]: reply }));
  };
  return { timers, server, connection, store, told, comeBack };
}

describe('a feed of any kind', () => {
  it('is asked for by its whole name, and shows position, snapshot and events in order', () => {
    const { server, store, told } = connect(ROOM);
    expect(store.get()).toMatchObject({ feed: ROOM, status: 'loading', position: undefined, snapshot: undefined });
    expect(server.last.sent).toMatchObject([{ op: 'hello', subs: [{ ch: ROOM }] }]);
    server.last.say(welcome({ [ROOM]: snap(7, 'cats') }));
    const texts: unknown[] = [];
    store.on('said', (value, seq) => void texts.push([seq, value]));
    server.last.say(said(8, 'hello'), said(8, 'hello'), said(9, 'again'));
    expect(texts).toEqual([
      [8, { text: 'hello' }],
      [9, { text: 'again' }],
    ]);
    expect(told).toEqual(['8 said', '9 said']);
    expect(store.get()).toMatchObject({
      status: 'live',
      position: { e: 'epoch', o: 9 },
      snapshot: { topic: 'cats' },
      snapshotAt: { e: 'epoch', o: 7 },
    });
  });

  it('goes on where it was: what was missed is told once, and what is shown stays until then', () => {
    const { server, store, told, comeBack, timers } = connect(ROOM);
    server.last.say(welcome({ [ROOM]: snap(7, 'cats') }));
    server.last.say(said(8, 'a'));
    const { snapshot: before } = store.get();
    const views: unknown[] = [];
    store.subscribe(() => views.push(store.get().status));
    comeBack(replay(10, [said(9, 'b'), said(10, 'c')]));
    expect(server.last.sent).toMatchObject([{ op: 'hello', subs: [{ ch: ROOM, since: { e: 'epoch', o: 8 } }] }]);
    expect(told).toEqual(['8 said', '9 said', '10 said']);
    expect(store.get()).toMatchObject({ status: 'live', position: { o: 10 }, snapshotAt: { o: 7 } });
    expect(store.get().snapshot).toBe(before);
    timers.paint();
    expect(views).toEqual(['live']);
    server.last.drop(1006);
    expect(store.get()).toMatchObject({ status: 'stale', staleSince: SERVER_START, position: { o: 10 } });
  });

  it('says when a snapshot stands for what was not told, and when an entry is missing asks again', () => {
    const { server, told, comeBack, store } = connect(ROOM);
    server.last.say(welcome({ [ROOM]: snap(7, 'cats') }));
    comeBack(snap(900, 'dogs'));
    comeBack(snap(3, 'birds', 'epoch 2'));
    expect(told).toEqual(['gap to epoch:900 with {"topic":"dogs"}', 'gap to epoch 2:3 with {"topic":"birds"}']);
    server.last.say(said(5, 'too early'));
    const asked = server.last.sent.at(-1);
    expect(asked).toMatchObject({ op: 'sub', ch: ROOM, since: { e: 'epoch 2', o: 3 } });
    // The snapshot at the same position replaces nothing that was missed.
    if (asked?.op === 'sub') server.last.say({ k: 'ok', id: asked.id, sub: snap(3, 'birds', 'epoch 2') });
    expect(told).toHaveLength(2);
    expect(store.get().position).toEqual({ e: 'epoch 2', o: 3 });
  });

  it('is told of deletions, and is unknown or refused as the server says', () => {
    const { server, store, told } = connect(ROOM);
    server.last.say(welcome({ [ROOM]: { code: 102, msg: 'There is no channel of this name' } }));
    expect(store.get()).toMatchObject({ status: 'unknown', refusal: { code: 102 } });
    store.retry();
    expect(store.get()).toMatchObject({ status: 'loading', refusal: undefined });
    const asked = server.last.sent.at(-1);
    if (asked?.op === 'sub') server.last.say({ k: 'ok', id: asked.id, sub: snap(0, 'cats') });
    server.last.say(said(1, 'a'), { k: 'ev', c: 1, o: 2, t: 0, y: 'del', d: { seq: 1, at: '' } });
    expect(told).toEqual(['1 said', '2 del']);
  });

  it('is left a second after its last listener, whichever kind of listener that was', () => {
    const { server, timers, connection } = connect(ROOM);
    server.last.say(welcome({ [ROOM]: snap(0, 'cats') }));
    const store = connection.feed('room:other');
    const stops = [store.subscribe(() => undefined), store.onGap(() => undefined), store.on('said', () => undefined)];
    for (const stop of stops) stop();
    timers.advance(1_000);
    expect(server.last.sent.map(({ op }) => op)).toEqual(['hello', 'sub', 'unsub']);
  });
});

describe('the feed of a channel', () => {
  it('is the one that the channel is built on: one subscription, one position', () => {
    const { server, connection, store, told } = connect(CHANNEL);
    const channel = connection.channel('default');
    channel.subscribe(() => undefined);
    expect(channel.feed).toBe(store);
    server.last.say(welcome({ [CHANNEL]: accepted(1, 7) }));
    server.last.say(momentEvent(1, 8, moment('a', 1)));
    expect(server.last.sent.map(({ op }) => op)).toEqual(['hello']);
    expect(told).toEqual(['8 moment']);
    expect([...channel.get().moments.keys()]).toEqual(['a']);
    expect(channel.feed.get()).toMatchObject({ status: 'live', position: { o: 8 }, snapshot: snapshot() });
  });

  it('brings listeners of the feed what the channel already shows', () => {
    const { server, connection } = connect(CHANNEL);
    const channel = connection.channel('default');
    const shown: number[] = [];
    connection.feed(CHANNEL).on('moment', () => void shown.push(channel.get().moments.size));
    server.last.say(welcome({ [CHANNEL]: accepted(1, 7) }));
    server.last.say(momentEvent(1, 8, moment('a', 1)), momentEvent(1, 9, moment('b', 1)));
    expect(shown).toEqual([1, 2]);
  });
});
