import { describe, expect, it } from 'vitest';
import { createFakeServer, createManualTimers } from '../test/manual-environment.ts';
import { SERVER_START, accepted, moment, momentEvent, snapshot, welcome } from '../test/server-frames.ts';
import { createConnection } from './connection.ts';
import type { WireEvents } from './environment.ts';
import { pollTransport, streamTransport, type HttpTransportOptions } from './http-transports.ts';

const FEED = 'channel:default';

function setUp() {
  const timers = createManualTimers();
  const servers = [createFakeServer(), createFakeServer(), createFakeServer()] as const;
  const transports = servers.map(({ transport }) => transport);
  let comeOnline = () => {};
  const online = (run: () => void) => {
    comeOnline = run;
    return () => {};
  };
  const connection = createConnection({ url: 'ws://test/ws', transports, timers, random: () => 0.5, online });
  connection.channel('default').subscribe(() => {});
  const tried = () => servers.map(({ sockets }) => sockets.length);
  return { timers, servers, connection, tried, comeOnline: () => comeOnline() };
}

function goLive({ last }: ReturnType<typeof createFakeServer>) {
  last.open();
  last.say(welcome({ [FEED]: accepted(1, 0) }));
}

describe('the choice of a transport', () => {
  it('who has never been live tries all at once, in order, and waits then', () => {
    const { servers, connection, tried, timers } = setUp();
    servers[0].last.drop(1006);
    servers[1].last.drop(1006);
    expect(tried()).toEqual([1, 1, 1]);
    expect(connection.state().kind).toBe('connecting');
    servers[2].last.drop(1006);
    expect(connection.state().kind).toBe('waiting');
    timers.advance(3_000);
    expect(tried()).toEqual([2, 1, 1]);
  });

  it('one that the browser does not have, or refuses to make, does not get through', () => {
    const server = createFakeServer();
    const refused = () => {
      throw new Error('SecurityError');
    };
    const options = { url: 'ws://test/ws', timers: createManualTimers() };
    const connection = createConnection({ ...options, transports: [refused, server.transport] });
    expect(server.sockets).toHaveLength(1);
    expect(connection.state().kind).toBe('connecting');
  });

  it('one that does not say welcome in ten seconds does not get through', () => {
    const { timers, servers, tried } = setUp();
    servers[0].last.open();
    timers.advance(10_000);
    expect(tried()).toEqual([1, 1, 0]);
  });

  it('comes back by the one that worked when that was only away with its server', () => {
    const { servers, connection, tried, timers } = setUp();
    goLive(servers[0]);
    servers[0].last.drop(1006);
    timers.advance(3_000);
    servers[0].last.drop(1006);
    const state = connection.state();
    timers.advance(state.kind === 'waiting' ? state.retryInMs : 0);
    expect(tried()).toEqual([2, 1, 0]);
    // A stream gets through: the server is back, so that sockets have another chance before the stream is used.
    goLive(servers[1]);
    expect(servers[1].last.isOver).toBe(true);
    expect(tried()).toEqual([3, 1, 0]);
    expect(connection.state().kind).toBe('connecting');
    goLive(servers[0]);
    expect(connection.state().kind).toBe('live');
    expect(servers.map(({ openCount }) => openCount)).toEqual([1, 0, 0]);
  });

  it('takes the next at once when the one that worked fails again beside it, and sockets first on another network', () => {
    const { servers, connection, tried, timers, comeOnline } = setUp();
    servers[0].last.drop(1006);
    goLive(servers[1]);
    timers.advance(6_000);
    servers[1].last.drop(1006);
    timers.advance(3_000);
    expect(tried()).toEqual([1, 2, 0]);
    servers[1].last.drop(1006);
    expect(connection.state().kind).toBe('waiting');
    const state = connection.state();
    timers.advance(state.kind === 'waiting' ? state.retryInMs : 0);
    expect(tried()).toEqual([1, 2, 1]);
    goLive(servers[2]);
    expect(tried()).toEqual([1, 3, 1]);
    servers[1].last.drop(1006);
    expect(tried()).toEqual([1, 3, 2]);
    goLive(servers[2]);
    expect(connection.state().kind).toBe('live');
    servers[2].last.drop(1006);
    comeOnline();
    expect(tried()).toEqual([2, 3, 2]);
  });
});

interface Asked {
  url: string;
  init: RequestInit | undefined;
  answer: (response: Response) => void;
}

/** A wire over a fake fetch. */
function openWire(create: (options: HttpTransportOptions) => ReturnType<typeof pollTransport>) {
  const asked: Asked[] = [];
  const frames: Record<string, unknown>[] = [];
  let closedWith: number | undefined;
  let ids = 0;
  const events: WireEvents = {
    opened: () => {},
    received: (text) => void frames.push(JSON.parse(text) as Record<string, unknown>),
    closed: (code) => (closedWith = code),
  };
  const transport = create({
    now: () => SERVER_START,
    newId: () => `id-${(ids += 1)}`,
    // The SDK asks with plain strings.
    fetch: (url, init) => new Promise((answer) => asked.push({ url: url as string, init, answer })),
  });
  const wire = transport('wss://host/ws', 'ovation.v1', events);
  return { wire, asked, frames, closedWith: () => closedWith };
}

async function until(isDone: () => boolean): Promise<void> {
  while (!isDone()) await new Promise((resolve) => setTimeout(resolve, 0));
}
const hello = JSON.stringify({ op: 'hello', subs: [{ ch: FEED, since: { e: 'epoch', o: 3, t: 17.5 } }] });

describe('polling', () => {
  it('asks from the position on, again and again, and speaks in frames', async () => {
    const { wire, asked, frames } = openWire(pollTransport);
    wire.send(hello);
    expect(asked[0]?.url).toBe('https://host/api/v1/channels/default/events?since=epoch%3A3&t=17&timeout=0');
    asked[0]?.answer(Response.json({ now: 18_000, sub: accepted(9, 4) }));
    await until(() => frames.length >= 1 && asked.length >= 2);
    expect(frames[0]).toMatchObject({ k: 'welcome', subs: { [FEED]: { c: 1, o: 4 } } });
    expect(asked[1]?.url).toContain('since=epoch%3A4&t=18000&timeout=5');
    const events = [momentEvent(9, 5, moment('m', 1))];
    const sub = { c: 9, e: 'epoch', o: 5, recovered: true, events, occ: 1, table: { v: 1, emotes: snapshot().emotes } };
    asked[1]?.answer(Response.json({ now: 19_000, sub }));
    await until(() => frames.length >= 2 && asked.length >= 3);
    expect(frames[1]).toMatchObject({ k: 'sync', c: 1, sub: { c: 1, o: 5, events: [{ o: 5 }] } });
    wire.send(JSON.stringify({ op: 'react', c: 1, e: '🔥', n: 2 }));
    expect(asked[3]).toMatchObject({ url: 'https://host/api/v1/channels/default/reactions', init: { method: 'POST' } });
    const body = JSON.parse(asked[3]?.init?.body as string) as { reactions: { id: string }[] };
    expect(new Set(body.reactions.map(({ id }) => id)).size).toBe(2);
  });

  it('ends when the server cannot be reached, and when something between answers', async () => {
    for (const status of [403, 502]) {
      const { wire, asked, closedWith } = openWire(pollTransport);
      wire.send(hello);
      asked[0]?.answer(new Response('', { status }));
      await until(() => closedWith() !== undefined);
      expect(closedWith()).toBe(1006);
    }
  });

  it('shows the access token, and ends for good when the server does not take it', async () => {
    const { wire, asked, frames, closedWith } = openWire(pollTransport);
    wire.send(JSON.stringify({ op: 'hello', token: 'one', subs: [{ ch: FEED }] }));
    expect(asked[0]?.init?.headers).toEqual({ authorization: 'Bearer one' });
    asked[0]?.answer(Response.json({ now: 18_000, sub: accepted(9, 4) }));
    await until(() => frames.length >= 1 && asked.length >= 2);
    wire.send(JSON.stringify({ op: 'refresh', id: 1, token: 'two' }));
    wire.send(JSON.stringify({ op: 'react', c: 1, e: '🔥', n: 1 }));
    expect(asked[2]?.init?.headers).toMatchObject({ authorization: 'Bearer two', 'content-type': 'application/json' });
    asked[1]?.answer(Response.json({ error: { code: 'forbidden' } }, { status: 403 }));
    await until(() => closedWith() !== undefined);
    expect(closedWith()).toBe(4100);
  });

  it.each([
    ['a poll', pollTransport, 'https://host/api/v1/feeds/room%3Alobby/events?timeout=0'],
    ['a stream', streamTransport, 'https://host/sse?feed=room%3Alobby'],
  ])('%s asks for a feed that is no channel by its whole name', async (_name, transport, address) => {
    const { wire, asked, frames } = openWire(transport);
    wire.send(JSON.stringify({ op: 'hello', subs: [{ ch: 'room:lobby' }] }));
    expect(asked[0]?.url).toBe(address);
    asked[0]?.answer(Response.json({ error: { code: 'forbidden' } }, { status: 403 }));
    await until(() => frames.length > 0);
    expect(frames[0]).toMatchObject({ k: 'welcome', subs: { 'room:lobby': { code: 103 } } });
  });

  it('says what the server refuses, and stays', async () => {
    const { wire, asked, frames, closedWith } = openWire(pollTransport);
    wire.send(hello);
    asked[0]?.answer(new Response('', { status: 404 }));
    await until(() => frames.length >= 1);
    expect(frames[0]).toMatchObject({ k: 'welcome', subs: { [FEED]: { code: 102 } } });
    wire.send(JSON.stringify({ op: 'sub', id: 7, ch: FEED }));
    asked[1]?.answer(new Response('', { status: 503, headers: { 'retry-after': '4' } }));
    await until(() => frames.length >= 2);
    expect(frames[1]).toMatchObject({ k: 'err', id: 7, code: 154, after: 4_000 });
    expect(closedWith()).toBeUndefined();
  });
});

describe('a stream', () => {
  it('takes events however they are cut, under its own number', async () => {
    const { wire, asked, frames, closedWith } = openWire(streamTransport);
    wire.send(hello);
    expect(asked[0]?.url).toBe('https://host/sse?channel=default&since=epoch%3A3&t=17');
    const text = [
      'retry: 3000\n',
      `id: epoch:0\nevent: sub\ndata: ${JSON.stringify(accepted(9, 0))}\n\n`,
      `id: epoch:1\nevent: ev\ndata: ${JSON.stringify(momentEvent(9, 1, moment('é', 1)))}\n\n`,
      ':\n\n',
    ].join('');
    const bytes = new TextEncoder().encode(text);
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        for (let i = 0; i < bytes.length; i += 7) controller.enqueue(bytes.slice(i, i + 7));
        controller.close();
      },
    });
    asked[0]?.answer(new Response(body));
    await until(() => closedWith() !== undefined);
    expect(frames.map(({ k }) => k)).toEqual(['welcome', 'ev', 'ping']);
    expect(frames.find(({ k }) => k === 'welcome')).toMatchObject({ subs: { [FEED]: { c: 1, o: 0 } } });
    expect(frames.find(({ k }) => k === 'ev')).toMatchObject({ c: 1, o: 1, d: { id: 'é' } });
    expect(closedWith()).toBe(1006);
  });
});
