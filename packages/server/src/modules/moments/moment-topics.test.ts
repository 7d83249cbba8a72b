import { expect, it } from 'vitest';
import { createManualClock } from '../../../test/support/manual-clock.ts';
import { streamerTopic, STREAMER_TOPICS_MAX } from '../../stream/streamer-topics.ts';
import { silentLogger } from '../../telemetry/logger.ts';
import { MomentTopics } from './moment-topics.ts';

const SHARED = 'aggregated-emote-data';

function setUp(existing: readonly string[] = []) {
  const clock = createManualClock();
  const made = new Set(existing);
  const owners = new Set(['alice']);
  const state = { isOut: false, looks: 0 };
  const topics = new MomentTopics({
    eventLog: {
      topicNames: async () => {
        state.looks += 1;
        if (state.isOut) throw new Error('out');
        return [...made];
      },
      createTopic: async (spec) => {
        made.add(spec.name);
        return { ...spec, partitions: 1, id: 'id' };
      },
    },
    channels: { isOwners: (name) => Promise.resolve(owners.has(name)) },
    clock,
    logger: silentLogger(),
    shared: SHARED,
    rawTopic: 'raw-emote-data',
  });
  return { clock, made, owners, state, topics };
}

it("makes a topic for a channel of the owner when it has moments, and none for a stranger's (S2-17)", async () => {
  const { clock, made, owners, topics } = setUp();
  expect(topics.topicOf('alice')).toBeUndefined();
  await topics.prepare(['alice', 'stranger', 'alice']);
  expect(topics.topicOf('alice')).toBe('aggregated-emote-data-streamer-alice');
  expect(topics.topicOf('stranger')).toBeUndefined();
  expect([...made]).toEqual(['aggregated-emote-data-streamer-alice']);
  owners.add('stranger');
  await topics.prepare(['stranger']);
  expect(made.size).toBe(1);
  clock.advance(60_000);
  await topics.prepare(['stranger']);
  expect(made.size).toBe(2);
});

it('makes one for a channel whose emotes have a topic of their own, and for the default channel', async () => {
  const { topics } = setUp(['raw-emote-data-streamer-bob']);
  await topics.prepare(['bob', 'default']);
  expect(topics.topicOf('bob')).toBeDefined();
  expect(topics.topicOf('default')).toBeDefined();
});

it('makes no more than there may be, and uses those that are there', async () => {
  const others = Array.from({ length: STREAMER_TOPICS_MAX }, (_, n) => streamerTopic(SHARED, `s${n}`));
  const { made, topics } = setUp(others);
  await topics.prepare(['alice', 's7']);
  expect(made.size).toBe(STREAMER_TOPICS_MAX);
  expect(topics.topicOf('alice')).toBeUndefined();
  expect(topics.topicOf('s7')).toBe('aggregated-emote-data-streamer-s7');
});

it('does not hold moments up when the log is out, and asks again a minute later', async () => {
  const { clock, state, topics } = setUp();
  state.isOut = true;
  await topics.prepare(['alice']);
  await topics.prepare(['alice']);
  expect(state.looks).toBe(1);
  state.isOut = false;
  clock.advance(60_000);
  await topics.prepare(['alice']);
  expect(topics.topicOf('alice')).toBeDefined();
});
