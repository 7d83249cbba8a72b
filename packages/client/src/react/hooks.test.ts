import { StrictMode, createElement, type ReactNode } from 'react';
import { renderToString } from 'react-dom/server';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createHeadlessRoot, settle } from '../../test/headless-root.ts';
import { createFakeServer, createManualTimers } from '../../test/manual-environment.ts';
import { SERVER_START, accepted, moment, momentEvent, welcome } from '../../test/server-frames.ts';
import { createConnection } from '../connection.ts';
import {
  OvationProvider,
  useChannel,
  useChannelStore,
  useConnectionState,
  useMoments,
  useOccupancy,
  useOnEvent,
  useOnTick,
  useOvation,
  useTally,
} from './index.ts';

const FEED = 'channel:default';
const FIRE = 'unicode:1f525';

afterEach(() => {
  vi.unstubAllGlobals();
});

function connect(lazy = false) {
  const timers = createManualTimers();
  const server = createFakeServer();
  const online = () => () => undefined;
  const connection = createConnection({ url: 'ws://test/ws', transport: server.transport, timers, online, lazy });
  return { timers, server, connection };
}

/** Renders what `use` answers, and journals it. A log entry is one render. */
async function show<T>(use: () => T, isStrict = false) {
  const { timers, server, connection } = connect();
  const log: T[] = [];
  function Journal() {
    log.push(use());
    return null;
  }
  const root = await createHeadlessRoot();
  // A new element each time: its parent rendered.
  const tree = (): ReactNode => createElement(OvationProvider, { connection }, createElement(Journal));
  await root.render(isStrict ? createElement(StrictMode, null, tree()) : tree());
  const happen = (change: () => void) =>
    settle(() => {
      change();
      timers.paint();
    });
  const goLive = () =>
    happen(() => {
      server.last.open();
      server.last.say(welcome({ [FEED]: accepted(1, 7) }));
    });
  return { timers, server, connection, log, root, happen, goLive, tree };
}

describe('hooks', () => {
  it('show what the channel is, and only it changes renders', async () => {
    const { log, server, happen, goLive, root } = await show(() => useOccupancy('default'));
    expect(log).toEqual([0]);
    await goLive();
    expect(log).toEqual([0, 4]);
    await happen(() => server.last.say({ k: 'tick', c: 1, s: 1, at: SERVER_START, t: [[0, 2]] }));
    await happen(() => server.last.say({ k: 'tick', c: 1, s: 2, at: SERVER_START, t: [[0, 2]], occ: 4 }));
    await happen(() => server.last.say(momentEvent(1, 8, moment('a', 1))));
    expect(log).toEqual([0, 4]);
    await happen(() => server.last.say({ k: 'tick', c: 1, s: 3, at: SERVER_START, t: [[0, 2]], occ: 5 }));
    expect(log).toEqual([0, 4, 5]);
    await root.unmount();
  });

  it('give the same list of moments until one of them changes', async () => {
    const { log, server, happen, goLive, root, tree } = await show(() => useMoments('default', 2));
    await goLive();
    await happen(() => server.last.say(momentEvent(1, 8, moment('a', 1)), momentEvent(1, 9, moment('b', 1))));
    const before = log.at(-1);
    expect(before?.map(({ id }) => id)).toEqual(['b', 'a']);
    await happen(() => server.last.say({ k: 'tick', c: 1, s: 1, at: SERVER_START, t: [[0, 2]], occ: 9 }));
    // Rendered by the parent, not by news.
    await root.render(tree());
    expect(log.at(-1)).toBe(before);
    await happen(() => server.last.say(momentEvent(1, 10, moment('c', 1))));
    expect(log.at(-1)?.map(({ id }) => id)).toEqual(['c', 'b']);
    await root.unmount();
  });

  it('sum up, and render with a number that changes, not with every second', async () => {
    const { log, server, happen, goLive, root, timers } = await show(() => useTally('default'));
    await goLive();
    expect(log.at(-1)).toMatchObject({ total: 5, rate: 1 });
    await happen(() => server.last.say({ k: 'tick', c: 1, s: 1, at: SERVER_START, t: [[0, 2]] }));
    expect(log.at(-1)?.fiveMinutes.get(FIRE)).toBe(5);
    // The rate falls to nothing, and then there is nothing more to render.
    for (let second = 0; second < 10; second += 1) await happen(() => timers.advance(1_000));
    const renders = log.length;
    for (let second = 0; second < 10; second += 1) await happen(() => timers.advance(1_000));
    expect(log.at(-1)).toMatchObject({ total: 7, rate: 0 });
    expect(log.length).toBe(renders);
    await root.unmount();
  });

  it('take a choice that makes something new each time, with a comparison or without', async () => {
    const isSame = (one: readonly string[], other: readonly string[]) => one.join() === other.join();
    const { log, server, happen, goLive, root } = await show(() =>
      useChannel('default', (view) => [...view.emotes.values()], isSame),
    );
    await goLive();
    const renders = log.length;
    expect(log.at(-1)).toEqual(['🔥', '👍']);
    await happen(() => server.last.say({ k: 'tick', c: 1, s: 1, at: SERVER_START, t: [[0, 2]] }));
    expect(log.length).toBe(renders);
    await root.unmount();
    const every = await show(() => useChannel('default', (view) => [...view.emotes.values()]));
    await every.goLive();
    expect(every.log.at(-1)).toEqual(['🔥', '👍']);
    await every.root.unmount();
  });

  it('count down while the connection waits', async () => {
    const { log, server, happen, goLive, root, timers } = await show(() => useConnectionState());
    await goLive();
    await happen(() => server.last.drop(4_099));
    await happen(() => timers.advance(1_000));
    expect(log.map(({ kind }) => kind)).toEqual(['connecting', 'live', 'waiting', 'waiting']);
    await root.unmount();
  });

  it('keep what is shown over a lost connection, as stale, and let nothing in between be seen', async () => {
    const { log, server, happen, goLive, root, connection } = await show(() => useChannel('default'));
    await goLive();
    await happen(() => server.last.say(momentEvent(1, 8, moment('a', 1))));
    await happen(() => server.last.drop(1_006));
    expect(log.at(-1)).toMatchObject({ state: 'stale', staleSince: SERVER_START, total: 5, occ: 4 });
    const events = [momentEvent(1, 9, moment('b', 1))] as never[];
    const table = { v: 1, emotes: [{ k: FIRE, d: '🔥' }] };
    await happen(() => connection.retryNow());
    await happen(() => {
      server.last.open();
      server.last.say(welcome({ [FEED]: { c: 1, e: 'epoch', o: 9, recovered: true, events, occ: 4, table } }));
    });
    const views = log.slice(log.findIndex(({ moments }) => moments.size > 0));
    expect(views.map(({ state }) => state).filter((state, index, all) => state !== all[index - 1])).toEqual([
      'live',
      'stale',
      'live',
    ]);
    expect(views.every(({ moments, total }) => moments.has('a') && total === 5)).toBe(true);
    expect([...(log.at(-1)?.moments.keys() ?? [])]).toEqual(['b', 'a']);
    expect(log.at(-1)?.staleSince).toBeUndefined();
    await root.unmount();
  });

  it('tell events and ticks to the listener of the latest render, each once, also in StrictMode', async () => {
    const told: string[] = [];
    let round = 1;
    const { server, happen, goLive, root, tree } = await show(() => {
      const now = round;
      useOnEvent('default', 'moment', ({ id }, seq) => void told.push(`${now}:${id}:${seq}`));
      useOnTick('default', ({ counts }) => void told.push(`${now}:${counts.get(FIRE)}`));
    }, true);
    await goLive();
    await happen(() => server.last.say(momentEvent(1, 8, moment('a', 1))));
    round = 2;
    await root.render(createElement(StrictMode, null, tree()));
    await happen(() => server.last.say({ k: 'tick', c: 1, s: 1, at: SERVER_START, t: [[0, 2]] }));
    expect(told).toEqual(['1:a:8', '2:2']);
    await root.unmount();
  });

  it('subscribe once in StrictMode, and leave the channel a second after the last one has gone', async () => {
    const { server, root, goLive, timers } = await show(() => useOccupancy('default'), true);
    await goLive();
    timers.advance(5_000);
    expect(server.sockets).toHaveLength(1);
    expect(server.last.sent.map(({ op }) => op)).toEqual(['hello']);
    await root.unmount();
    timers.advance(1_000);
    expect(server.last.sent.map(({ op }) => op)).toEqual(['hello', 'unsub']);
  });

  it('say what is missing without a provider', () => {
    function Alone() {
      useOvation();
      return null;
    }
    expect(() => renderToString(createElement(Alone))).toThrow('needs an OvationProvider');
  });
});

describe('on a server', () => {
  function Page() {
    const parts = [
      useConnectionState().kind,
      useChannel('default').state,
      useChannelStore('default').name,
      useMoments('default').length,
      useTally('default').total,
      useOccupancy('default'),
    ];
    useOnTick('default', () => undefined);
    return createElement('p', null, parts.join(' '));
  }
  const page = (connection: ReturnType<typeof createConnection>) =>
    createElement(OvationProvider, { connection }, createElement(Page));

  it('a lazy connection renders as not there yet, and opens nothing', () => {
    const { connection, server, timers } = connect(true);
    expect(renderToString(page(connection))).toBe('<p>connecting loading default 0 0 0</p>');
    timers.advance(60_000);
    expect(server.sockets).toHaveLength(0);
  });

  it('renders the same when the connection is further, because the browser starts from there', () => {
    const { connection, server } = connect();
    connection.channel('default').subscribe(() => undefined);
    server.last.open();
    server.last.say(welcome({ [FEED]: accepted(1, 7) }));
    expect(connection.channel('default').get().occ).toBe(4);
    expect(renderToString(page(connection))).toBe('<p>connecting loading default 0 0 0</p>');
  });
});
