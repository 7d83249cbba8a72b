import { afterEach, describe, expect, it, vi } from 'vitest';
import { createFakeServer, createManualTimers } from '../test/manual-environment.ts';
import { accepted, moment, momentEvent, welcome } from '../test/server-frames.ts';
import { createConnection } from './connection.ts';

const FEED = 'channel:default';

afterEach(() => {
  vi.unstubAllGlobals();
});

function connect() {
  const timers = createManualTimers();
  const server = createFakeServer();
  const online = () => () => undefined;
  const connection = createConnection({ url: 'ws://test/ws', transport: server.transport, timers, online });
  server.last.open();
  return { timers, server, connection };
}

describe('a channel that nobody listens to any more', () => {
  it('is left although its subscription is not answered yet', () => {
    const { timers, server, connection } = connect();
    server.last.say(welcome());
    connection.channel('default').subscribe(() => undefined)();
    timers.advance(1_000);
    expect(server.last.sent.map(({ op }) => op)).toEqual(['hello', 'sub', 'unsub']);
  });

  it('is left when the welcome brings what the hello asked for', () => {
    const timers = createManualTimers();
    const server = createFakeServer();
    const online = () => () => undefined;
    const connection = createConnection({ url: 'ws://test/ws', transport: server.transport, timers, online });
    const stop = connection.channel('default').subscribe(() => undefined);
    server.last.open();
    stop();
    timers.advance(5_000);
    server.last.say(welcome({ [FEED]: accepted(1, 7) }));
    timers.advance(1_000);
    expect(server.last.sent.map(({ op }) => op)).toEqual(['hello', 'unsub']);
    expect(connection.channel('default').get().state).toBe('stale');
  });
});

describe('a listener that throws', () => {
  it('keeps nothing from the other listeners, frames and channels; its error is reported', () => {
    const reported: (() => void)[] = [];
    vi.stubGlobal('queueMicrotask', (run: () => void) => reported.push(run));
    const { server, connection } = connect();
    server.last.say(welcome());
    const store = connection.channel('default');
    const told: string[] = [];
    store.on('moment', () => {
      throw new Error('of the application');
    });
    store.on('moment', ({ id }) => void told.push(id));
    connection.channel('demo').subscribe(() => undefined);
    const [first, second] = server.last.sent.flatMap((frame) => (frame.op === 'sub' ? [frame.id] : []));
    server.last.say({ k: 'ok', id: first ?? -1, sub: accepted(1, 7) });
    server.last.say(momentEvent(1, 8, moment('a', 1)), { k: 'ok', id: second ?? -1, sub: accepted(2, 0) });
    expect(told).toEqual(['a']);
    expect(connection.channel('demo').get().state).toBe('live');
    expect(reported).toHaveLength(1);
    expect(reported[0]).toThrow('of the application');
  });
});
