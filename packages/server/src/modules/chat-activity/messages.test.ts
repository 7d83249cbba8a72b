import { type ActivityItem, type ChannelActivity, channelActivitySchema } from '@ovation/protocol';
import { describe, expect, it } from 'vitest';
import { createManualClock } from '../../../test/support/manual-clock.ts';
import { createMessages, type SentMessage } from './index.ts';

const NOW = Date.UTC(2026, 0, 1);

function bench() {
  const clock = createManualClock(NOW);
  const digests: { channel: string; atMs: number; activity: ChannelActivity }[] = [];
  const items: ActivityItem[] = [];
  const messages = createMessages({
    clock,
    reactions: {
      append: (_channel, batch) => Promise.resolve(void items.push(...batch)),
      addActivity: (channel, atMs, activity) => void digests.push({ channel, atMs, activity }),
    },
  });
  return { clock, digests, items, messages };
}

const sent = (id: string, changes: Partial<SentMessage> = {}): SentMessage => ({
  id,
  at: NOW / 1_000,
  author: id,
  text: 'wow',
  emoteKeys: [],
  ...changes,
});

describe('messages of a chat', () => {
  it('become one digest for each second, with weight, authors and samples', async () => {
    const { digests, messages } = bench();
    await messages.append('one', [
      sent('c', { at: NOW / 1_000 + 1.5, text: '!join' }),
      sent('a'),
      sent('b', { at: NOW / 1_000 + 0.25, text: 'so good' }),
    ]);
    expect(digests.map(({ activity: { a, f, m, r }, atMs }) => [atMs - NOW, m, a, r, f])).toEqual([
      [0, 2, 2, 0, { w: 2, newcomers: 2 }],
      [1_000, 1, 1, 0, { w: 0.1, commands: 1, newcomers: 1 }],
    ]);
    expect(digests[0]?.activity.x?.s.map(([, ms, text]) => [ms, text])).toEqual([
      [0, 'wow'],
      [250, 'so good'],
    ]);
    for (const { activity } of digests) expect(channelActivitySchema.parse(activity)).toEqual(activity);
  });

  it('remember who wrote between two batches, in each channel for itself', async () => {
    const { digests, messages } = bench();
    for (const channel of ['one', 'one', 'two']) messages.count(channel, [sent('a', { text: `hi ${digests.length}` })]);
    expect(digests.map(({ activity: { f } }) => [f['w'], f['newcomers']])).toEqual([
      [1, 1],
      [0.5, undefined],
      [1, 1],
    ]);
  });

  it('count once when they are sent again; their emotes keep ids by which the analyzer knows them', async () => {
    const { digests, items, messages } = bench();
    const batch = [sent('a', { emoteKeys: ['twitch:25', 'unicode:1f525'] }), sent('b')];
    await messages.append('one', batch);
    await messages.append('one', [...batch, sent('c')]);
    expect(digests.map(({ activity: { m } }) => m)).toEqual([2, 1]);
    const wanted = ['a#0', 'a#1'].map((id, index) => ({ t: NOW, e: batch[0]?.emoteKeys[index], id, m: 1 }));
    expect(items).toEqual([...wanted, ...wanted]);
  });

  it('are no news when they are older than what detectors look at: nobody is remembered for them', async () => {
    const { digests, items, messages } = bench();
    await messages.append('one', [sent('old', { at: 0, author: 'ada', emoteKeys: ['unicode:1f525'] })]);
    expect(digests).toEqual([]);
    // The analyzer says what is late.
    expect(items).toMatchObject([{ t: 0, id: 'old#0' }]);
    await messages.append('one', [sent('edge', { at: NOW / 1_000 - 600 }), sent('new', { author: 'ada' })]);
    expect(digests.map(({ atMs, activity: { f } }) => [atMs - NOW, f['newcomers']])).toEqual([
      [-600_000, 1],
      [0, 1],
    ]);
  });

  it('forget a channel that is silent for a quarter of an hour', async () => {
    const { clock, digests, messages } = bench();
    await messages.append('one', [sent('a')]);
    clock.advance(1_000_000);
    const at = clock.now() / 1_000;
    messages.count('two', [sent('x', { at })]);
    await messages.append('one', [sent('a', { at })]);
    expect(digests.map(({ activity: { f } }) => f['newcomers'])).toEqual([1, 1, 1]);
  });
});
