import { channelFeed, type FeedEntry } from '@ovation/protocol';
import { expect, it } from 'vitest';
import { settle } from '../../../test/support/gateway/feed-fakes.ts';
import { FeedTrack } from '../../live-feeds/track.ts';
import type { Viewer } from '../../../test/support/gateway/resume-fakes.ts';
import { Run, type Fate, type Step } from '../../../test/support/gateway/resume-run.ts';

/** What goes wrong on the way, step by step, and what must have come of it. */

const FEED = channelFeed('demo');
const commit = (bus: Fate = 'arrives', eventLog: Fate = bus): Step => ({ do: 'commit', bus, eventLog });
const connect = (viewer: number, gateway = 0): Step => ({ do: 'connect', viewer, gateway });
const lost = commit('is lost');

interface Scene {
  readonly run: Run;
  readonly viewer: Viewer;
  /** steps, each left alone until it has come to rest */
  readonly play: (...steps: Step[]) => Promise<void>;
}

/** Plays the scene with real gateways. @returns false when a viewer was told something wrong, or `check` says so */
async function holds(play: (scene: Scene) => Promise<boolean>): Promise<boolean> {
  await using run = new Run();
  const [viewer] = run.viewers;
  if (!viewer) throw new Error('There are viewers');
  const scene: Scene = {
    run,
    viewer,
    async play(...steps) {
      for (const step of steps) {
        await run.step(step);
        await settle();
        for (const one of run.viewers) if (one.isConnected) one.read();
      }
    },
  };
  // A viewer throws when an entry is repeated or missing.
  // Awaited here: on the way out the gateways are closed.
  return await play(scene).catch(() => false);
}

const SCENES: Readonly<Record<string, (scene: Scene) => Promise<boolean>>> = {
  'an entry is missing': async ({ play, viewer }) => {
    await play(connect(0), lost, commit(), { do: 'wait', ms: 400 });
    return viewer.position?.o === 2 && viewer.resets === 0;
  },
  'the store has a hole': async ({ run, play, viewer }) => {
    run.backends.store.holes.add(1);
    await play(connect(0), lost, lost, commit(), { do: 'wait', ms: 400 }, { do: 'wait', ms: 1 });
    return viewer.position?.o === 3 && viewer.resets === 1;
  },
  'the log is dead and the bus loses an entry': async ({ play, viewer }) => {
    const waits = Array.from({ length: 6 }, (): Step => ({ do: 'wait', ms: 700 }));
    await play(connect(0), { do: 'log', isDead: true }, lost, ...waits);
    return viewer.position?.o === 1;
  },
  'entries come while following begins': async ({ run, play, viewer }) => {
    run.backends.eventLog.isFrozen = true;
    await run.step(connect(0));
    for (let turns = 0; turns < 6; turns += 1) {
      await settle(1);
      await run.step(commit());
    }
    await play();
    await settle();
    viewer.read();
    return viewer.position?.o === 6;
  },
  'a viewer is ahead of its gateway': async ({ play, viewer }) => {
    await play(connect(1, 1), connect(0), { do: 'deaf', gateway: 1, isDeaf: true }, commit('arrives', 'is lost'));
    await play(connect(0, 1));
    return viewer.position?.o === 1 && viewer.resets === 0;
  },
  'the ring lacks the beginning': async ({ play, viewer }) => {
    await play(connect(0), { do: 'disconnect', viewer: 0 }, connect(1), commit(), commit(), { do: 'forget' }, commit());
    await play(connect(0));
    return viewer.position?.o === 3 && viewer.resets === 0;
  },
  'an entry comes while a viewer joins': async ({ run, play, viewer }) => {
    await play(connect(1));
    await run.step(connect(0));
    await settle(1);
    await play(commit());
    return viewer.position?.o === 1 && viewer.resets === 0;
  },
  'an entry is of another epoch': async ({ run, play, viewer }) => {
    await play(connect(0), commit());
    run.backends.bus.publish(`feed:${FEED}`, { feed: FEED, epoch: 'other.9', seq: 2, body: {} });
    await play({ do: 'wait', ms: 1 });
    return viewer.position?.o === 1;
  },
  'a new epoch begins': async ({ play, viewer }) => {
    await play(connect(0), commit(), commit(), { do: 'renew', lost: 1, bus: 'arrives', eventLog: 'arrives' }, commit());
    return viewer.position?.e === 'test.2' && viewer.position.o === 2 && viewer.resets === 1;
  },
  'an entry was deleted': async ({ play, viewer }) => {
    await play(connect(1), connect(0), { do: 'disconnect', viewer: 0 }, commit(), commit());
    await play({ do: 'redact', back: 1, bus: 'arrives', eventLog: 'arrives' }, connect(0));
    return [...viewer.told.values()].map(({ y }) => y).join() === 'tombstone,settings,del';
  },
};

it.each(Object.entries(SCENES))('what viewers are told is right when %s', async (_name, play) => {
  expect(await holds(play)).toBe(true);
});

it('entries that came early are at most 300', () => {
  const track = new FeedTrack(FEED, 'test.1');
  track.open(0);
  // Only the places matter here.
  const early = (seq: number) => ({ feed: FEED, epoch: 'test.1', seq, body: null }) as unknown as FeedEntry;
  for (let seq = 2; seq < 1_000; seq += 1) track.offer(early(seq));
  expect(track.waiting <= 300 && track.isTooFarBehind).toBe(true);
});
