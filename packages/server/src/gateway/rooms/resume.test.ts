import { channelFeed, type ServerFrame } from '@ovation/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fakeMoment } from '../../../test/support/fake-moment.ts';
import { startWorld, until, type World } from '../../../test/support/gateway/door-fakes.ts';
import { EPOCH } from '../../../test/support/gateway/feed-fakes.ts';

const FEED = channelFeed('demo');
const FIRE = 'unicode:1f525';
let world: World;

beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world[Symbol.asyncDispose]());

/** What one process counted of `demo` in the first minute. */
function tally(counts: Record<string, number>, v: number) {
  world.bus.publish('tally:demo', { boot: 'a', channel: 'demo', minute: Date.UTC(2026, 0, 1), v, counts });
}

describe('resume', () => {
  const since = (o: number, e = EPOCH) => ({ ch: FEED, since: { e, o } });
  const hello = async (...subs: object[]) => {
    const client = await world.open('/ws', ['ovation.v1']).opened();
    client.send({ op: 'hello', subs });
    await until(() => expect(client.of('welcome')).toHaveLength(1));
    // The test reads what the frame's type says; the assertions check it.
    const welcome = client.of('welcome')[0] as unknown as Extract<ServerFrame, { k: 'welcome' }>;
    return { client, reply: welcome.subs[FEED] };
  };
  const emit = (...ids: string[]) => {
    for (const id of ids) world.emit('demo', { y: 'moment', d: fakeMoment({ id }) });
  };

  it('a client that had received nothing gets all that it missed, in order (S2-03)', async () => {
    const { reply: first } = await hello({ ch: FEED });
    expect(first).toMatchObject({ o: 0, recovered: false });
    emit('a', 'b');
    const { reply } = await hello(since(0));
    expect(reply).toMatchObject({
      o: 2,
      recovered: true,
      events: [
        { k: 'ev', o: 1, y: 'moment', d: { id: 'a' } },
        { k: 'ev', o: 2, y: 'moment', d: { id: 'b' } },
      ],
    });
    expect(reply).not.toHaveProperty('snap');
  });

  it('a client that missed nothing gets nothing, and what comes next', async () => {
    await hello({ ch: FEED });
    emit('a');
    const { client, reply } = await hello(since(1));
    expect(reply).toMatchObject({ o: 1, recovered: true, events: [] });
    emit('b');
    await until(() => expect(client.of('ev')).toHaveLength(1));
    expect(client.of('ev')[0]).toMatchObject({ o: 2 });
  });

  it('another epoch, a position that nobody has, and more than 300 missed entries start again', async () => {
    emit('a');
    expect((await hello(since(1, 'other.1'))).reply).toMatchObject({ o: 1, recovered: false, snap: {} });
    expect((await hello(since(5))).reply).toMatchObject({ o: 1, recovered: false, snap: {} });
    emit(...Array.from({ length: 300 }, (_, i) => `m${i}`));
    expect((await hello(since(1))).reply).toMatchObject({ o: 301, recovered: true });
    expect((await hello(since(0))).reply).toMatchObject({ o: 301, recovered: false });
  });

  it('a client ahead of a gateway whose store is down is told to wait, nobody guesses', async () => {
    await hello({ ch: FEED });
    world.store.isDown = true;
    expect((await hello(since(3))).reply).toMatchObject({ code: 154, after: 2_000 });
    world.store.isDown = false;
    for (let i = 0; i < 3; i += 1) world.store.append(FEED, { y: 'moment', d: fakeMoment() });
    expect((await hello(since(3))).reply).toMatchObject({ o: 3, recovered: true, events: [] });
  });

  it('a client that missed entries which are not kept any more starts again, one that missed none of them goes on', async () => {
    await hello({ ch: FEED });
    emit('a', 'b', 'c', 'd');
    // Longer than a ring remembers; then retention.
    world.clock.advance(301_000);
    for (const seq of [1, 2]) world.store.holes.add(seq);
    expect((await hello(since(1))).reply).toMatchObject({ o: 4, recovered: false, snap: {} });
    expect((await hello(since(2))).reply).toMatchObject({ o: 4, recovered: true, events: [{ o: 3 }, { o: 4 }] });
  });

  it('an entry that cannot be read keeps its place', async () => {
    const { client } = await hello({ ch: FEED });
    world.bus.publish('feed:channel:demo', world.store.append(FEED, { y: 'from the future' }));
    await until(() => expect(client.of('ev')).toHaveLength(1));
    expect(client.of('ev')[0]).toMatchObject({ o: 1, y: 'void' });
    expect((await hello(since(0))).reply).toMatchObject({ recovered: true, events: [{ o: 1, y: 'void' }] });
  });

  it('brings the part of the chart that was missed, and the table of this gateway', async () => {
    const { client } = await hello({ ch: FEED });
    tally({ [FIRE]: 3 }, 1);
    await until(() => expect(client.of('tick')).toHaveLength(1));
    const t = world.clock.now() + 1_000;
    world.clock.advance(2_000);
    tally({ [FIRE]: 5 }, 2);
    await until(() => expect(client.of('tick')).toHaveLength(2));
    const { reply } = await hello({ ch: FEED, since: { e: EPOCH, o: 0, t } });
    expect(reply).toMatchObject({ recovered: true, series: { from: t / 1000, bins: [[], [[7, 2]]] } });
    expect(reply && 'table' in reply && reply.table.emotes[7]).toEqual({ k: FIRE, d: '🔥' });
  });
});
