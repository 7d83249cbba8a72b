import { CONTROL_FEED, type FeedEntry } from '@ovation/protocol';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { createManualClock } from '../../test/support/manual-clock.ts';
import { silentLogger } from '../telemetry/logger.ts';
import { createMetrics } from '../telemetry/metrics.ts';
import { EPOCH, FakeBus, FakeFeedLog, FakeStore, settle } from '../../test/support/gateway/feed-fakes.ts';
import { LiveFeeds, type Following } from './live-feed.ts';

const FEED = 'channel:demo';

function setUp() {
  // Gateways ask at a moment of their own; here it is always the same.
  vi.spyOn(Math, 'random').mockReturnValue(0.5);
  const clock = createManualClock();
  const bus = new FakeBus();
  const store = new FakeStore();
  const eventLog = new FakeFeedLog();
  const liveFeeds = new LiveFeeds({
    bus,

    feeds: store,
    eventLog: eventLog.port,
    clock,
    logger: silentLogger(),
    metrics: createMetrics(),
  });
  const delivered: number[] = [];
  const gaps: number[] = [];
  const lost: number[] = [];
  let following: Following | undefined;
  const follow = async (feed = FEED) => {
    const pending = liveFeeds.follow(feed, {
      entries: (entries) => delivered.push(...entries.map(({ seq }) => seq)),
      gap: () => gaps.push(following?.position.o ?? -1),
      lost: () => lost.push(delivered.length),
    });
    await settle();
    following = await pending;
    return following;
  };
  const commit = () => store.append(FEED, {});
  const say = (entry: FeedEntry) => bus.publish(`feed:${FEED}`, entry);
  return { clock, bus, store, eventLog, liveFeeds, delivered, gaps, lost, follow, commit, say };
}

const upTo = (last: number, first = 1) => Array.from({ length: last - first + 1 }, (_, i) => first + i);

describe('following a feed', () => {
  it('begins at the head, also of a feed that has nothing yet', async () => {
    const { follow, commit, delivered } = setUp();
    expect((await follow('channel:nobody')).position).toEqual({ e: EPOCH, o: 0 });
    commit();
    commit();
    expect((await follow()).position).toEqual({ e: EPOCH, o: 2 });
    expect(delivered).toEqual([]);
  });

  it('takes the first of two copies and drops the other, whichever path is faster (C21)', async () => {
    const { follow, commit, say, eventLog, delivered } = setUp();
    await follow();
    const [a, b] = [commit(), commit()];
    say(a);
    eventLog.append(a);
    eventLog.append(b);
    await settle();
    say(b);
    expect(delivered).toEqual([1, 2]);
  });

  it('holds a later entry back until the earlier one is there', async () => {
    const { follow, commit, say, store, delivered } = setUp();
    await follow();
    const [a, b, c] = [commit(), commit(), commit()];
    say(c);
    say(b);
    expect(delivered).toEqual([]);
    say(a);
    expect(delivered).toEqual([1, 2, 3]);
    expect(store.queries).not.toContain('ranges');
  });

  it('keeps no copies of what went out: there is room for what comes early', async () => {
    const { follow, commit, say, store, delivered } = setUp();
    await follow();
    const entries = upTo(400).map(() => commit());
    for (const entry of [...entries, ...entries]) say(entry);
    const [a, b] = [commit(), commit()];
    say(b);
    say(a);
    expect(delivered).toEqual(upTo(402));
    expect(store.queries).not.toContain('ranges');
  });

  it('asks the store once for what stays missing, for all feeds at once', async () => {
    const { clock, bus, follow, store, delivered } = setUp();
    const feeds = ['channel:a', 'channel:b', 'channel:c'];
    for (const feed of feeds) await follow(feed);
    for (const feed of feeds) {
      store.append(feed, {});
      bus.publish(`feed:${feed}`, store.append(feed, {}));
    }
    clock.advance(249);
    await settle();
    expect(store.queries).not.toContain('ranges');
    clock.advance(101);
    await settle();
    expect(store.queries.filter((query) => query === 'ranges')).toHaveLength(1);
    expect(delivered).toEqual([1, 2, 1, 2, 1, 2]);
  });

  it('says gap with the new position when the store has no contiguous answer', async () => {
    const { clock, follow, commit, say, store, delivered, gaps } = setUp();
    await follow();
    store.holes.add(2);
    for (let i = 0; i < 3; i += 1) commit();
    say(commit());
    clock.advance(350);
    await settle();
    expect(gaps).toEqual([4]);
    expect(delivered).toEqual([]);
    say(commit());
    expect(delivered).toEqual([5]);
  });

  it('says gap at once when more than 300 entries are missing', async () => {
    const { clock, follow, commit, say, store, gaps, delivered } = setUp();
    await follow();
    for (let i = 0; i < 301; i += 1) commit();
    say(commit());
    clock.advance(50);
    await settle();
    expect(gaps).toEqual([302]);
    expect(store.queries).not.toContain('ranges');
    say(commit());
    expect(delivered).toEqual([303]);
  });

  it('does not wait for ever for an entry that the store does not know', async () => {
    const { clock, follow, commit, say, store, delivered, gaps } = setUp();
    await follow();
    say({ feed: FEED, epoch: EPOCH, seq: 7, body: {} });
    clock.advance(350);
    await settle();
    expect(gaps).toEqual([0]);
    const asked = store.queries.length;
    clock.advance(1_900);
    await settle();
    expect(store.queries.length).toBe(asked);
    say(commit());
    expect(delivered).toEqual([1]);
  });

  it('ignores another epoch, other feeds and what is no entry', async () => {
    const { bus, follow, delivered } = setUp();
    await follow();
    for (const message of [undefined, 7, 'x', {}, { feed: FEED }, { feed: FEED, epoch: 'other.1', seq: 1, body: 1 }]) {
      bus.publish(`feed:${FEED}`, message);
    }
    bus.publish(`feed:${FEED}`, { feed: 'channel:other', epoch: EPOCH, seq: 1, body: {} });
    expect(delivered).toEqual([]);
  });

  it('finds by the heads what neither bus nor log brought while the log is dead', async () => {
    const { clock, follow, commit, eventLog, delivered } = setUp();
    await follow();
    eventLog.isDead = true;
    eventLog.wake();
    await settle();
    commit();
    for (let i = 0; i < 5; i += 1) {
      clock.advance(600);
      await settle();
    }
    expect(delivered).toEqual([1]);
    eventLog.isDead = false;
    clock.advance(1_000);
    await settle();
    eventLog.append(commit());
    await settle();
    expect(delivered).toEqual([1, 2]);
  });

  it('finds by the heads what a log holds back for more than two seconds', async () => {
    const { clock, follow, commit, eventLog, delivered } = setUp();
    await follow();
    eventLog.isFrozen = true;
    eventLog.append(commit());
    for (let i = 0; i < 12; i += 1) {
      clock.advance(600);
      await settle();
    }
    expect(delivered).toEqual([1]);
  });

  it('does not ask for heads while the log keeps up', async () => {
    const { clock, follow, commit, store, eventLog, delivered } = setUp();
    await follow();
    for (let i = 0; i < 10; i += 1) {
      clock.advance(1_000);
      await settle();
    }
    const asked = store.queries.length;
    for (let i = 0; i < 10; i += 1) {
      eventLog.append(commit());
      await settle();
      clock.advance(1_000);
      await settle();
    }
    expect(delivered).toEqual(upTo(10));
    expect(store.queries.length).toBe(asked);
  });

  it('follows a new feed although the log is dead', async () => {
    const { clock, eventLog, liveFeeds, bus, store } = setUp();
    eventLog.isDead = true;
    const delivered: number[] = [];
    const pending = liveFeeds.follow(FEED, {
      entries: (entries) => delivered.push(...entries.map(({ seq }) => seq)),
      gap: () => delivered.push(-1),
      lost: () => {},
    });
    await settle();
    clock.advance(2_000);
    await settle();
    expect((await pending).position.o).toBe(0);
    bus.publish(`feed:${FEED}`, store.append(FEED, {}));
    expect(delivered).toEqual([1]);
  });

  it('leaves nothing behind when the store is down, and tries fills again when it comes back', async () => {
    const { clock, bus, liveFeeds, follow, commit, say, store, delivered } = setUp();
    store.isDown = true;
    const failed = liveFeeds
      .follow(FEED, { entries: () => {}, gap: () => {}, lost: () => {} })
      .catch((error: unknown) => error);
    await settle();
    expect(await failed).toBeInstanceOf(Error);
    expect(bus.subscribers(`feed:${FEED}`)).toBe(0);
    store.isDown = false;
    await follow();
    commit();
    say(commit());
    store.isDown = true;
    clock.advance(350);
    await settle();
    expect(delivered).toEqual([]);
    store.isDown = false;
    clock.advance(1_100);
    await settle();
    expect(delivered).toEqual([1, 2]);
  });

  it('is disposed while it reads', async () => {
    const { follow, liveFeeds, bus } = setUp();
    const following = await follow();
    following[Symbol.dispose]();
    expect(bus.subscribers(`feed:${FEED}`)).toBe(0);
    await liveFeeds[Symbol.asyncDispose]();
  });
});

describe('another epoch', () => {
  const announce = (world: ReturnType<typeof setUp>, epoch: string, before: string) =>
    world.bus.publish(`feed:${CONTROL_FEED}`, world.store.append(CONTROL_FEED, { y: 'epoch', d: { epoch, before } }));
  const followBoth = async () => {
    const world = setUp();
    await world.follow();
    await world.follow(CONTROL_FEED);
    const following = await world.follow('channel:other');
    return { ...world, following };
  };

  it('that is announced voids what is known, and goes on at the head', async () => {
    const world = await followBoth();
    const { commit, say, store, delivered, gaps, lost, following } = world;
    for (const entry of [commit(), commit(), commit()]) say(entry);
    store.rollBack(2, 'test.2');
    const early = commit();
    say(early);
    expect(delivered).toEqual([1, 2, 3]);
    announce(world, 'test.2', EPOCH);
    expect(lost.length).toBeGreaterThan(0);
    expect(gaps).toEqual([]);
    await settle();
    expect(gaps.length).toBe(lost.length);
    expect(following.position).toEqual({ e: 'test.2', o: 0 });
    say(early);
    say(commit());
    expect(delivered).toEqual([1, 2, 3, 3]);
  });

  it('that is announced a second time, late, or after the next one changes nothing', async () => {
    const world = await followBoth();
    const { bus, store, lost, following } = world;
    store.epoch = 'test.3';
    announce(world, 'test.3', 'test.2');
    await settle();
    const losses = lost.length;
    const late = {
      feed: CONTROL_FEED,
      epoch: 'test.2',
      seq: 1,
      body: { y: 'epoch', d: { epoch: 'test.2', before: EPOCH } },
    };
    bus.publish(`feed:${CONTROL_FEED}`, late);
    announce(world, 'test.3', 'test.2');
    const back = { ...late, epoch: EPOCH, body: { y: 'epoch', d: { epoch: EPOCH, before: null } } };
    bus.publish(`feed:${CONTROL_FEED}`, back);
    await settle();
    expect(lost.length).toBe(losses);
    expect(following.position.e).toBe('test.3');
  });

  it('that follows another in the same turn is the one in force', async () => {
    const world = await followBoth();
    const { store, following, gaps, lost } = world;
    store.epoch = 'test.2';
    announce(world, 'test.2', EPOCH);
    store.epoch = 'test.3';
    announce(world, 'test.3', 'test.2');
    await settle();
    expect(following.position).toEqual({ e: 'test.3', o: 0 });
    expect(gaps.length).toBe(lost.length);
  });

  it('that nobody announced is found by the heads', async () => {
    const { clock, eventLog, store, following, follow } = await followBoth();
    eventLog.isDead = true;
    eventLog.wake();
    await settle();
    store.rollBack(0, 'test.2');
    for (let i = 0; i < 5; i += 1) {
      clock.advance(700);
      await settle();
    }
    expect(following.position).toEqual({ e: 'test.2', o: 0 });
    const late = follow('channel:late');
    await settle();
    clock.advance(2_000);
    expect((await late).position.e).toBe('test.2');
  });

  it('is not believed of an entry that only carries it', async () => {
    const { bus, lost } = await followBoth();
    for (const body of [{ y: 'epoch', d: { epoch: 'test.3', before: EPOCH } }, { y: 'revoked', d: {} }, 7]) {
      bus.publish(`feed:${CONTROL_FEED}`, { feed: CONTROL_FEED, epoch: 'test.2', seq: 1, body });
    }
    expect(lost).toEqual([]);
  });

  it('makes what a fill was asked for worthless', async () => {
    const world = await followBoth();
    const { clock, commit, say, store, delivered } = world;
    commit();
    say(commit());
    clock.advance(350);
    store.rollBack(2, 'test.2');
    announce(world, 'test.2', EPOCH);
    await settle();
    expect(delivered).toEqual([]);
    say(commit());
    expect(delivered).toEqual([1]);
  });
});

describe('whatever the paths do', () => {
  const fate = fc.constantFrom('arrives', 'is lost', 'comes twice', 'is late');
  const step = fc.oneof(
    { weight: 8, arbitrary: fc.record({ do: fc.constant('commit' as const), bus: fate, eventLog: fate }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 900 }) }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('late ones arrive' as const), reverse: fc.boolean() }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('log' as const), isDead: fc.boolean() }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('store' as const), isDown: fc.boolean() }) },
  );

  it('every entry is delivered once, in order, without a gap', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), fc.nat(5), async (steps, before) => {
        const world = setUp();
        const { clock, store, eventLog, delivered, gaps, follow, commit, say } = world;
        for (let i = 0; i < before; i += 1) commit();
        await follow();
        let late: (() => void)[] = [];
        const bring = (how: string, path: () => void) => {
          if (how === 'is late') late.push(path);
          else if (how !== 'is lost') path();
          if (how === 'comes twice') path();
        };
        let last = before;
        for (const one of steps) {
          if (one.do === 'commit') {
            const entry = commit();
            last = entry.seq;
            bring(one.bus, () => say(entry));
            bring(one.eventLog, () => eventLog.append(entry));
          } else if (one.do === 'wait') clock.advance(one.ms);
          else if (one.do === 'late ones arrive') {
            const arriving = one.reverse ? late.toReversed() : late;
            late = [];
            for (const path of arriving) path();
          } else if (one.do === 'log') {
            eventLog.isDead = one.isDead;
            eventLog.wake();
          } else store.isDown = one.isDown;
          await settle(3);
          expect(delivered).toEqual(upTo(delivered.length + before, before + 1));
        }
        // The last entries may have been lost on both paths: the log's end is what the gateway compares with.
        store.isDown = false;
        eventLog.isDead = true;
        eventLog.wake();
        for (let i = 0; i < 12; i += 1) {
          clock.advance(700);
          await settle(4);
        }
        expect(delivered).toEqual(upTo(last, before + 1));
        expect(gaps).toEqual([]);
        await world.liveFeeds[Symbol.asyncDispose]();
      }),
      { numRuns: 80 },
    );
  });
});
