import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fakeMoment } from '../../../test/support/fake-moment.ts';
import { startWorld, until, type World } from '../../../test/support/gateway/door-fakes.ts';
import { EPOCH } from '../../../test/support/gateway/feed-fakes.ts';
import { fakeParts, serveFakes } from '../../../test/support/http-fakes.ts';

let world: World;
let app: FastifyInstance;
let url: string;
const hanging: AbortController[] = [];

beforeEach(async () => {
  world = await startWorld();
  const { parts } = fakeParts({ live: world.gateway, clock: world.clock });
  app = await serveFakes(parts);
  await app.listen({ host: '127.0.0.1', port: 0 });
  // It listens on TCP.
  url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  for (const controller of hanging.splice(0)) controller.abort();
  await world[Symbol.asyncDispose]();
  await app.close();
});

interface StreamEvent {
  id: string | undefined;
  event: string;
  data: Record<string, unknown>;
}

class Stream {
  text = '';
  hasEnded = false;

  /** The complete events so far. */
  get events(): StreamEvent[] {
    const blocks = this.text.split('\n\n').slice(0, -1);
    return blocks.flatMap((block) => {
      const fields = new Map(
        block.split('\n').map((line) => [line.slice(0, line.indexOf(': ')), line.slice(line.indexOf(': ') + 2)]),
      );
      const data = fields.get('data');
      if (data === undefined) return [];
      return [
        { id: fields.get('id'), event: fields.get('event') ?? '', data: JSON.parse(data) as StreamEvent['data'] },
      ];
    });
  }

  of(event: string): StreamEvent[] {
    return this.events.filter((one) => one.event === event);
  }
}

async function open(query = '?channel=demo', headers: Record<string, string> = {}) {
  const controller = new AbortController();
  hanging.push(controller);
  const response = await fetch(`${url}/sse${query}`, { headers, signal: controller.signal });
  const stream = new Stream();
  const read = async () => {
    const decoder = new TextDecoder();
    for await (const chunk of response.body ?? []) stream.text += decoder.decode(chunk, { stream: true });
  };
  void read()
    .catch(() => undefined)
    .finally(() => (stream.hasEnded = true));
  return { response, stream, close: () => controller.abort() };
}

const emit = (...ids: string[]) => {
  for (const id of ids) world.emit('demo', { y: 'moment', d: fakeMoment({ id }) });
};

describe('the stream of events', () => {
  it('brings the same moments as the sockets, each with its position (S2-22)', async () => {
    const classic = world.open('/?streamerId=demo');
    const { response, stream } = await open();
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(response.headers.get('x-accel-buffering')).toBe('no');
    await until(() => expect(stream.of('sub')).toHaveLength(1));
    expect(stream.of('sub')[0]).toMatchObject({ id: `${EPOCH}:0`, data: { recovered: false, snap: { moments: [] } } });
    await until(() => expect(classic.texts).toHaveLength(1));
    emit('a', 'b');
    await until(() => expect(stream.of('ev')).toHaveLength(2));
    expect(stream.of('ev').map(({ id, data }) => [id, data['o'], (data['d'] as { id: string }).id])).toEqual([
      [`${EPOCH}:1`, 1, 'a'],
      [`${EPOCH}:2`, 2, 'b'],
    ]);
    await until(() => expect(classic.of('significant-moments').flatMap(({ data }) => data)).toHaveLength(2));
  });

  it('goes on after Last-Event-ID or since, each missed event once and in order (S4-22)', async () => {
    const first = await open();
    await until(() => expect(first.stream.of('sub')).toHaveLength(1));
    emit('a', 'b');
    await until(() => expect(first.stream.of('ev')).toHaveLength(2));
    first.close();
    emit('c');
    for (const again of [
      await open('?channel=demo', { 'last-event-id': `${EPOCH}:1` }),
      await open(`?channel=demo&since=${EPOCH}:1`),
    ]) {
      await until(() => expect(again.stream.of('ev')).toHaveLength(2));
      expect(again.stream.events.map(({ id, event }) => [event, id])).toEqual([
        ['sub', `${EPOCH}:1`],
        ['ev', `${EPOCH}:2`],
        ['ev', `${EPOCH}:3`],
      ]);
      expect(again.stream.of('sub')[0]?.data).toMatchObject({ recovered: true, o: 1, events: [] });
    }
  });

  it('brings tallies and occupancy, and a comment when it is quiet', async () => {
    const { stream } = await open();
    await until(() => expect(stream.of('sub')).toHaveLength(1));
    const minute = Date.UTC(2026, 0, 1);
    world.bus.publish('tally:demo', { boot: 'a', channel: 'demo', minute, v: 1, counts: { 'unicode:1f525': 2 } });
    await until(() => expect(stream.of('tick')[0]?.data).toMatchObject({ k: 'tick', t: [[7, 2]] }));
    world.clock.advance(15_500);
    await until(() => expect(stream.text.endsWith(':\n\n')).toBe(true));
  });

  it('refuses what is wrong before it begins', async () => {
    expect((await fetch(`${url}/sse?channel=nobody`)).status).toBe(404);
    expect((await fetch(`${url}/sse?channel=demo&since=x`)).status).toBe(400);
    expect((await fetch(`${url}/sse?channel=demo`, { method: 'HEAD' })).status).toBe(200);
    await until(() => expect(world.gateway.connections()).toBe(0));
  });

  it('ends when its gateway stops, saying when to come back, and is counted out when its peer goes', async () => {
    const gone = await open();
    await until(() => expect(world.gateway.connections()).toBe(1));
    gone.close();
    await until(() => expect(world.gateway.connections()).toBe(0));
    const { stream } = await open();
    await until(() => expect(stream.of('sub')).toHaveLength(1));
    await world.gateway[Symbol.asyncDispose]();
    await until(() => expect(stream.hasEnded).toBe(true));
    expect(stream.of('sys')[0]?.data).toMatchObject({ kind: 'drain' });
    expect((await fetch(`${url}/sse?channel=demo`)).status).toBe(503);
  });
});

describe('polling (S4-22)', () => {
  const ask = async (query: string) => {
    const response = await fetch(`${url}/api/v1/channels/demo/events${query}`);
    return (await response.json()) as { now: number; sub: { o: number; recovered: boolean; events?: unknown[] } };
  };

  it('answers at once where there is news, and a snapshot to who has no position', async () => {
    expect((await ask('')).sub).toMatchObject({ o: 0, recovered: false, snap: {} });
    emit('a', 'b');
    expect((await ask(`?since=${EPOCH}:0`)).sub).toMatchObject({ o: 2, recovered: true, events: [{ o: 1 }, { o: 2 }] });
    expect((await ask('?since=old.1:0')).sub).toMatchObject({ o: 2, recovered: false });
  });

  it('waits for the first thing that happens, but not for ticks', async () => {
    const answer = ask(`?since=${EPOCH}:0`);
    let isAnswered = false;
    void answer.then(() => (isAnswered = true));
    await until(() => expect(world.bus.subscribers('tally:demo')).toBe(1));
    const minute = Date.UTC(2026, 0, 1);
    world.bus.publish('tally:demo', { boot: 'a', channel: 'demo', minute, v: 1, counts: { 'unicode:1f525': 2 } });
    await ask('?timeout=0');
    expect(isAnswered).toBe(false);
    emit('a');
    expect((await answer).sub).toMatchObject({ o: 1, recovered: true, events: [{ o: 1 }] });
  });

  it('ends in time with nothing, and when the gateway stops', async () => {
    const inTime = ask(`?since=${EPOCH}:0&timeout=5`);
    await until(() => expect(world.bus.subscribers('tally:demo')).toBe(1));
    await until(() => {
      world.clock.advance(1_000);
      return expect(Promise.race([inTime, Promise.reject(new Error('not yet'))])).resolves.toBeDefined();
    });
    expect((await inTime).sub).toMatchObject({ o: 0, recovered: true, events: [] });
  });
});
