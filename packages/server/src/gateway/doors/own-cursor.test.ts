import { expect, it } from 'vitest';
import { createManualClock } from '../../../test/support/manual-clock.ts';
import { silentLogger } from '../../telemetry/logger.ts';
import { createMetrics } from '../../telemetry/metrics.ts';
import { FakeBus, FakeFeedLog, FakeStore, settle } from '../../../test/support/gateway/feed-fakes.ts';
import { LiveFeeds } from '../../live-feeds/live-feed.ts';

const FEED = 'channel:demo';

it('every gateway reads the log at a cursor of its own, so all of them hear everything (C20)', async () => {
  // This log knows nothing of consumer groups: a gateway that wanted one would fail here.
  const eventLog = new FakeFeedLog();
  const store = new FakeStore();
  const follow = async () => {
    const heard: number[] = [];
    // A bus for each: what both hear can only be from the log.
    const parts = { bus: new FakeBus(), feeds: store, eventLog: eventLog.port, clock: createManualClock() };
    const told = { logger: silentLogger(), metrics: createMetrics() };
    const entries = (list: readonly { seq: number }[]) => heard.push(...list.map(({ seq }) => seq));
    const ignore = () => undefined;
    await new LiveFeeds({ ...parts, ...told }).follow(FEED, { entries, gap: ignore, lost: ignore });
    return heard;
  };
  const [one, two] = await Promise.all([follow(), follow()]);
  for (let n = 0; n < 20; n += 1) eventLog.append(store.append(FEED, {}));
  while (one.length < 20 || two.length < 20) await settle();
  const all = Array.from({ length: 20 }, (_, index) => index + 1);
  expect([one, two]).toEqual([all, all]);
});
