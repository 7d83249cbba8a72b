import type { SubscriptionReply } from '@ovation/protocol';
import { describe, expect, it } from 'vitest';
import { createFakeServer, createManualTimers } from '../test/manual-environment.ts';
import { SERVER_START, accepted, moment, momentEvent, welcome } from '../test/server-frames.ts';
import { createConnection } from './connection.ts';

const FEED = 'channel:default';
const FIRE = 'unicode:1f525';

function setUp(random = () => 0.5) {
  const timers = createManualTimers();
  const server = createFakeServer();
  let comeOnline = () => {};
  const online = (run: () => void) => {
    comeOnline = run;
    return () => {};
  };
  const connection = createConnection({ url: 'ws://test/ws', transport: server.transport, timers, random, online });
  return { timers, server, connection, comeOnline: () => comeOnline() };
}

function goLive(random?: () => number) {
  const setup = setUp(random);
  const store = setup.connection.channel('default');
  const stop = store.subscribe(() => {});
  setup.server.last.open();
  setup.server.last.say(welcome({ [FEED]: accepted(1, 7) }));
  return { ...setup, store, stop };
}

describe('connection', () => {
  it('says hello with the channels that are listened to, over the native subprotocol', () => {
    const { server, connection } = setUp();
    connection.channel('default').subscribe(() => {});
    connection.channel('unheard');
    server.last.open();
    expect(server.last.subprotocol).toBe('ovation.v1');
    expect(server.last.sent).toEqual([{ op: 'hello', sdk: 'ovation-client/0.1', subs: [{ ch: FEED }] }]);
    expect(connection.state()).toEqual({ kind: 'connecting' });
  });

  it('is live with the snapshot once the welcome came', () => {
    const { connection, store } = goLive();
    const view = store.get();
    expect(connection.state()).toEqual({ kind: 'live' });
    expect(view).toMatchObject({ state: 'live', occ: 4, total: 5, broadcast: null });
    expect(view.series.end).toBe(SERVER_START / 1000);
    expect(view.series.counts.get(FIRE)?.at(-3)).toBe(3);
    expect(view.settings?.interval).toBe(30);
  });

  it('subscribes with a request when the listener comes after the hello', () => {
    const { server, connection } = setUp();
    server.last.open();
    server.last.say(welcome());
    const store = connection.channel('demo');
    store.subscribe(() => {});
    const request = server.last.sent.at(-1);
    expect(request).toMatchObject({ op: 'sub', ch: 'channel:demo' });
    if (request?.op !== 'sub') throw new Error('not a subscription');
    server.last.say({ k: 'ok', id: request.id, sub: accepted(3, 0) });
    expect(store.get().state).toBe('live');
  });

  it('takes several frames glued into one text, and leaves out what it cannot read', () => {
    const { server, store } = goLive();
    server.last.sayText(
      [
        '{"k":"tick","c":1,"s":1,"at":' + (SERVER_START + 100) + ',"t":[[0,2]],"occ":9}',
        'not json',
        '{"k":"something-new"}',
        '{"k":"tick","c":1,"s":2,"at":' + (SERVER_START + 300) + ',"t":[[1,1]]}',
      ].join('\n'),
    );
    expect(store.get()).toMatchObject({ total: 8, occ: 9 });
  });

  it('comes back after 3 s, counting down by whole seconds, and takes the new snapshot', () => {
    const { timers, server, connection, store } = goLive();
    timers.advance(6_000);
    server.last.drop(1006);
    expect(connection.state()).toEqual({ kind: 'waiting', retryInMs: 3_000 });
    expect(store.get().state).toBe('stale');
    timers.advance(1_000);
    expect(connection.state()).toEqual({ kind: 'waiting', retryInMs: 2_000 });
    timers.advance(2_000);
    expect(connection.state()).toEqual({ kind: 'connecting' });
    server.last.open();
    server.last.say(welcome({ [FEED]: accepted(1, 9, { occ: 77 }) }));
    expect(server.sockets).toHaveLength(2);
    expect(store.get()).toMatchObject({ state: 'live', occ: 77 });
  });

  it('tries every 3 s for 30 s, then waits longer and longer while the server stays away (S0-24)', () => {
    const { timers, server, connection } = setUp(() => 0.999);
    const waits: number[] = [];
    for (let attempt = 0; attempt < 14; attempt += 1) {
      server.last.drop(1006);
      const state = connection.state();
      if (state.kind !== 'waiting') throw new Error(`not waiting but ${state.kind}`);
      waits.push(Math.round(state.retryInMs / 1000));
      timers.advance(state.retryInMs);
    }
    expect(waits).toEqual([...Array<number>(9).fill(3), 6, 12, 24, 30, 30]);
  });

  it('tries at once when the network comes back, and when it is told to', () => {
    const { server, connection, comeOnline } = setUp();
    server.last.drop(1006);
    comeOnline();
    expect(connection.state()).toEqual({ kind: 'connecting' });
    server.last.drop(1006);
    connection.retryNow();
    expect(connection.state()).toEqual({ kind: 'connecting' });
    expect(server.openCount).toBe(1);
  });

  it('stays closed after a code that says so, until told to try', () => {
    const { timers, server, connection } = setUp();
    server.last.drop(4100);
    timers.advance(120_000);
    expect(connection.state()).toEqual({ kind: 'closed', code: 4100 });
    expect(server.sockets).toHaveLength(1);
    connection.retryNow();
    expect(server.sockets).toHaveLength(2);
  });

  it('comes back when the draining server asked for it', () => {
    const { timers, server, connection } = goLive();
    server.last.say({ k: 'sys', kind: 'drain', after: 8_000 });
    timers.advance(2_000);
    server.last.drop(1012);
    expect(connection.state()).toEqual({ kind: 'waiting', retryInMs: 6_000 });
    timers.advance(6_000);
    expect(connection.state()).toEqual({ kind: 'connecting' });
  });

  it('leaves a draining server by itself when its time is over', () => {
    const { timers, server } = goLive();
    server.last.say({ k: 'sys', kind: 'drain', after: 8_000 });
    timers.advance(8_000);
    expect(server.sockets).toHaveLength(2);
    expect(server.sockets[0]?.isOver).toBe(true);
  });

  it('answers pings, and gives up a server that is silent for two and a half of them', () => {
    const { timers, server, connection } = goLive();
    timers.advance(60_000);
    server.last.say({ k: 'ping' });
    expect(server.last.sent.at(-1)).toEqual({ op: 'pong', pos: { 1: 7 } });
    timers.advance(62_000);
    expect(connection.state().kind).toBe('live');
    timers.advance(600);
    expect(connection.state().kind).toBe('waiting');
    expect(server.last.closedBy).toBe(4009);
  });

  it('gives up a socket that never says welcome', () => {
    const { timers, server, connection } = setUp();
    server.last.open();
    timers.advance(10_000);
    expect(connection.state().kind).toBe('waiting');
    expect(server.openCount).toBe(0);
  });

  it('drops entries that it already has, and asks for a snapshot when one is missing', () => {
    const { server, store } = goLive();
    server.last.say(momentEvent(1, 7, moment('old', 1)));
    server.last.say(momentEvent(1, 8, moment('m1', 1)));
    expect([...store.get().moments.keys()]).toEqual(['m1']);
    server.last.say(momentEvent(1, 10, moment('m3', 1)));
    const [unsub, sub] = server.last.sent.slice(-2);
    expect(unsub).toMatchObject({ op: 'unsub', ch: FEED });
    if (sub?.op !== 'sub') throw new Error('did not subscribe again');
    server.last.say({ k: 'ok', id: sub.id, sub: accepted(2, 10, { moments: [moment('m3', 1), moment('m2', 1)] }) });
    expect([...store.get().moments.keys()]).toEqual(['m3', 'm2']);
  });

  it('subscribes again when the server reports a gap', () => {
    const { server } = goLive();
    server.last.say({ k: 'gap', c: 1, pos: { e: 'epoch', o: 400 } });
    expect(server.last.sent.at(-1)).toMatchObject({ op: 'sub', ch: FEED });
  });

  it('knows an unknown channel, and asks again once it was made', () => {
    const { server, connection } = setUp();
    const store = connection.channel('nobody');
    store.subscribe(() => {});
    server.last.open();
    server.last.say(welcome({ 'channel:nobody': { code: 102, msg: 'no such channel' } }));
    expect(store.get()).toMatchObject({ state: 'unknown', refusal: { code: 102 } });
    store.retry();
    expect(store.get().state).toBe('loading');
    expect(server.last.sent.at(-1)).toMatchObject({ op: 'sub', ch: 'channel:nobody' });
  });

  it('tries a subscription again when the server says that it can help', () => {
    const { timers, server, connection } = setUp();
    connection.channel('default').subscribe(() => {});
    server.last.open();
    server.last.say(welcome({ [FEED]: { code: 154, msg: 'unavailable', after: 400 } }));
    timers.advance(399);
    expect(server.last.sent).toHaveLength(1);
    timers.advance(1);
    expect(server.last.sent.at(-1)).toMatchObject({ op: 'sub', ch: FEED });
  });

  it('unsubscribes a channel that nobody has listened to for a second', () => {
    const { timers, server, store, stop } = goLive();
    stop();
    const stopAgain = store.subscribe(() => {});
    timers.advance(2_000);
    expect(server.last.sent.some((frame) => frame.op === 'unsub')).toBe(false);
    stopAgain();
    timers.advance(1_000);
    expect(server.last.sent.at(-1)).toMatchObject({ op: 'unsub', ch: FEED });
  });

  it('calls listeners once a frame, however much arrives', () => {
    const { timers, server, store } = goLive();
    timers.paint();
    let calls = 0;
    store.subscribe(() => (calls += 1));
    for (let s = 0; s < 50; s += 1) server.last.say({ k: 'tick', c: 1, s, at: SERVER_START, t: [[0, 1]] });
    expect(calls).toBe(0);
    timers.paint();
    expect(calls).toBe(1);
  });

  it('lets old seconds fall out of the series although nobody reacts', () => {
    const { timers, server, store } = goLive();
    for (let second = 0; second < 299; second += 1) {
      timers.advance(1_000);
      server.last.say({ k: 'ping' });
    }
    expect(store.get().total).toBe(0);
    expect(store.get().series.end).toBe(SERVER_START / 1000 + 299);
  });

  it('opens nothing before somebody listens when it is lazy, nor after it was closed', () => {
    const make = () => {
      const server = createFakeServer();
      const options = { url: 'ws://test/ws', transport: server.transport, timers: createManualTimers() };
      return { server, connection: createConnection({ ...options, lazy: true }) };
    };
    const one = make();
    one.connection.channel('default').get();
    expect(one.connection.state()).toEqual({ kind: 'connecting' });
    expect(one.server.sockets).toHaveLength(0);
    one.connection.channel('default').subscribe(() => {});
    one.connection.subscribe(() => {});
    expect(one.server.sockets).toHaveLength(1);
    const two = make();
    two.connection.close();
    two.connection.subscribe(() => {});
    expect(two.server.sockets).toHaveLength(0);
  });

  it('ends for good when it is closed', () => {
    const { timers, server, connection } = goLive();
    connection.close();
    connection.retryNow();
    timers.advance(100_000);
    expect(connection.state()).toEqual({ kind: 'closed', code: 1000 });
    expect(server.sockets).toHaveLength(1);
    expect(server.openCount).toBe(0);
  });
});

describe('reactions', () => {
  const reactFrames = (sent: readonly { op: string }[]) => sent.filter((frame) => frame.op === 'react');

  it('shows the own reaction at once and leaves the count of everybody to the server', () => {
    const { server, store } = goLive();
    expect(store.react(FIRE)).toBe(1);
    expect(store.get().own.get(FIRE)).toBe(1);
    expect(store.get().total).toBe(5);
    expect(reactFrames(server.last.sent)).toEqual([{ op: 'react', c: 1, e: FIRE, n: 1 }]);
  });

  it('merges taps to at most four texts a second', () => {
    const { timers, server, store } = goLive();
    const before = server.last.texts.length;
    for (let tap = 0; tap < 20; tap += 1) {
      store.react(tap % 2 ? FIRE : 'unicode:1f44d');
      timers.advance(49);
    }
    expect(server.last.texts.length - before).toBeLessThanOrEqual(4);
    timers.advance(250);
    const sum = reactFrames(server.last.sent).reduce((n, frame) => n + ('n' in frame ? Number(frame.n) : 0), 0);
    expect(sum).toBe(20);
  });

  it('takes no more than the server lets through', () => {
    const { timers, store } = goLive();
    expect(store.react(FIRE, 30)).toBe(20);
    expect(store.react(FIRE)).toBe(0);
    timers.advance(1_000);
    expect(store.react(FIRE, 30)).toBe(5);
    expect(store.get().own.get(FIRE)).toBe(25);
  });

  it('takes none while offline', () => {
    const { server, store } = goLive();
    server.last.drop(1006);
    expect(store.react(FIRE)).toBe(0);
  });

  it('sends what was waiting once the connection is back', () => {
    const { timers, server, store, connection } = goLive();
    store.react(FIRE);
    store.react(FIRE, 2);
    server.last.drop(1006);
    timers.advance(250);
    connection.retryNow();
    server.last.open();
    server.last.say(welcome({ [FEED]: accepted(4, 7) }));
    expect(reactFrames(server.last.sent)).toEqual([{ op: 'react', c: 4, e: FIRE, n: 2 }]);
  });
});

describe('the view of a channel', () => {
  it('keeps the latest revision of a moment in the place where it first appeared', () => {
    const { server, store } = goLive();
    server.last.say(
      momentEvent(1, 8, moment('a', 1)),
      momentEvent(1, 9, moment('b', 1)),
      momentEvent(1, 10, moment('a', 3, { final: true })),
      momentEvent(1, 11, moment('a', 2)),
    );
    const moments = [...store.get().moments.values()];
    expect(moments.map(({ id, rev, final }) => [id, rev, final])).toEqual([
      ['b', 1, false],
      ['a', 3, true],
    ]);
  });

  it('follows settings and broadcasts', () => {
    const { server, store } = goLive();
    const settings = { interval: 5, threshold: 0.5, allowedEmotes: ['🔥'], version: 2 };
    const broadcast = { id: 'b1', channel: 'default', title: 'Late show', startedAt: '2026-01-01T00:00:00Z' };
    server.last.say(
      { k: 'ev', c: 1, o: 8, t: SERVER_START, y: 'settings', d: settings },
      { k: 'ev', c: 1, o: 9, t: SERVER_START, y: 'settings', d: { ...settings, interval: 9, version: 1 } },
      { k: 'ev', c: 1, o: 10, t: SERVER_START, y: 'broadcast', d: { ...broadcast, endedAt: null } },
    );
    expect(store.get().settings).toEqual(settings);
    expect(store.get().broadcast?.title).toBe('Late show');
    server.last.say({ k: 'ev', c: 1, o: 11, t: SERVER_START, y: 'broadcast', d: { ...broadcast, endedAt: 'now' } });
    expect(store.get().broadcast).toBeNull();
  });

  it('tells of deletions, and of what is left of entries that were deleted before', () => {
    const { server, store } = goLive();
    const told: [string, number, unknown][] = [];
    store.on('del', (deletion, seq) => told.push(['del', seq, deletion.seq]));
    store.on('tombstone', ({ at }, seq) => told.push(['tombstone', seq, at]));
    const { moments } = store.get();
    server.last.say(
      { k: 'ev', c: 1, o: 8, t: SERVER_START, y: 'tombstone', d: { at: '2026-01-01T00:00:00Z' } },
      { k: 'ev', c: 1, o: 9, t: SERVER_START, y: 'del', d: { seq: 8, at: '2026-01-01T00:00:00Z' } },
    );
    expect(told).toEqual([
      ['tombstone', 8, '2026-01-01T00:00:00Z'],
      ['del', 9, 8],
    ]);
    expect(store.get()).toMatchObject({ state: 'live', moments });
  });

  it('starts again with a snapshot when the server reports another epoch, on the same socket', () => {
    const { server, store } = goLive();
    const sockets = server.sockets.length;
    server.last.say({ k: 'gap', c: 1, pos: { e: 'another', o: 2 } });
    const asked = server.last.sent.at(-1);
    expect(asked).toMatchObject({ op: 'sub', ch: FEED, since: { e: 'epoch', o: 7 } });
    const id = asked && 'id' in asked ? asked.id : -1;
    server.last.say({ k: 'ok', id, sub: { ...accepted(1, 2), e: 'another' } });
    server.last.say({ k: 'ev', c: 1, o: 3, t: SERVER_START, y: 'void' });
    expect(store.get().state).toBe('live');
    expect(server.sockets.length).toBe(sockets);
    expect(server.last.sent.at(-1)).toBe(asked);
  });

  it('learns new emotes from the table before ticks name them', () => {
    const { server, store } = goLive();
    const emotes = [...['unicode:1f525', 'unicode:1f44d'].map((k) => ({ k, d: k })), { k: 'text:Kappa', d: 'Kappa' }];
    server.last.say(
      { k: 'table', c: 1, v: 2, emotes },
      { k: 'tick', c: 1, s: 1, at: SERVER_START, t: [[2, 6]] },
      { k: 'tick', c: 1, s: 2, at: SERVER_START, t: [[9, 6]] },
    );
    expect(store.get().emotes.get('text:Kappa')).toBe('Kappa');
    expect(store.get().total).toBe(11);
  });

  it('tells what ticks add, and nothing of what a snapshot or a replay brings', () => {
    const { timers, server, store, connection } = goLive();
    const told: [number, [string, number][]][] = [];
    store.onTick(({ at, counts }) => told.push([at - SERVER_START, [...counts]]));
    server.last.say({ k: 'tick', c: 1, s: 1, at: SERVER_START + 100, t: [[0, 2]] });
    server.last.say({ k: 'tick', c: 1, s: 2, at: SERVER_START + 300, t: [], occ: 7 });
    server.last.drop(1006);
    timers.advance(0);
    connection.retryNow();
    server.last.open();
    const table = { v: 1, emotes: [{ k: FIRE, d: '🔥' }] };
    const from = SERVER_START / 1000;
    const back = {
      c: 1,
      e: 'epoch',
      o: 7,
      recovered: true as const,
      events: [],
      occ: 4,
      table,
    } satisfies SubscriptionReply;
    server.last.say(welcome({ [FEED]: { ...back, series: { from, bins: [[[0, 9]]] } } }));
    expect(store.get().total).toBe(14);
    expect(told).toEqual([[100, [[FIRE, 2]]]]);
    // Polling has no ticks: what an answer adds to the chart is told as one.
    server.last.sayText(JSON.stringify({ k: 'sync', c: 1, sub: { ...back, series: { from, bins: [[[0, 12]]] } } }));
    expect(told.at(-1)?.[1]).toEqual([[FIRE, 3]]);
  });

  it('keeps the identity of what did not change', () => {
    const { server, store } = goLive();
    const before = store.get();
    expect(store.get()).toBe(before);
    server.last.say({ k: 'tick', c: 1, s: 1, at: SERVER_START, t: [[0, 1]] });
    const after = store.get();
    expect(after).not.toBe(before);
    expect(after.moments).toBe(before.moments);
    expect(after.settings).toBe(before.settings);
  });
});
