import { expect, it } from 'vitest';
import { fakeMoment } from '../../../test/support/fake-moment.ts';
import { createManualClock } from '../../../test/support/manual-clock.ts';
import { createInProcessEphemeralStore } from '../../adapters/in-process/ephemeral-store.ts';
import type { AppendedFeedEntry, Database } from '../../ports/database.ts';
import { createMetrics } from '../../telemetry/metrics.ts';
import { MomentsCache } from './moments-cache.ts';
import type { MomentsWanted } from './page-moments.ts';

function setUp() {
  const clock = createManualClock();
  let hear: (entries: readonly AppendedFeedEntry[]) => void = () => undefined;
  const database = {
    epoch: 'a.1',
    isShared: false,
    onFeedEntries(listener: typeof hear) {
      hear = listener;
      return { [Symbol.dispose]: () => undefined };
    },
  } as unknown as Database; // asks nothing else
  const store = createInProcessEphemeralStore({ clock });
  const cache = new MomentsCache({ clock, database, metrics: createMetrics(), store });
  let reads = 0;
  const page = { moments: [fakeMoment({ channel: 'alice' })], next: undefined };
  const ask = async () => {
    reads += 1;
    return page;
  };
  const commit = (feed: string, y: string) => hear([{ feed, key: 'k', epoch: 'a.1', seq: 1, body: { y, d: {} } }]);
  const readsOf = async (wanted: MomentsWanted, channel = 'alice') => {
    const before = reads;
    expect(await cache.page(channel, wanted, ask)).toEqual(page);
    return reads - before;
  };
  return { clock, commit, readsOf };
}

const first: MomentsWanted = { detector: 'ratio', limit: 100 };

it('a first page is answered again for ten seconds, and other pages are not kept (S2-07)', async () => {
  const { clock, readsOf } = setUp();
  expect([await readsOf(first), await readsOf(first)]).toEqual([1, 0]);
  expect([await readsOf({ limit: 100 }), await readsOf({ limit: 100 })]).toEqual([1, 0]);
  expect(await readsOf(first, 'bob')).toBe(1);
  const others: Partial<MomentsWanted>[] = [
    { from: '2026-01-01T00:00:00Z' },
    { broadcastId: 'b' },
    { after: { at: '2026-01-01T00:00:00Z', id: 'i' } },
    { emote: { key: 'k', shown: 's' } },
  ];
  for (const other of others) {
    expect([await readsOf({ ...first, ...other }), await readsOf({ ...first, ...other })]).toEqual([1, 1]);
  }
  clock.advance(10_000);
  expect(await readsOf(first)).toBe(1);
});

it('a moment of the channel, or its end, is seen at once; what changes no list changes nothing', async () => {
  const { commit, readsOf } = setUp();
  for (const kind of ['moment', 'channel']) {
    await readsOf(first);
    commit('channel:alice', kind);
    expect(await readsOf(first)).toBe(1);
  }
  commit('channel:alice', 'settings');
  commit('channel:bob', 'moment');
  commit('system:control', 'moment');
  expect(await readsOf(first)).toBe(0);
});
