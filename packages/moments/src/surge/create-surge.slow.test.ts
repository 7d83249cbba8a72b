import { describe, expect, it } from 'vitest';
import { eventFreeChat } from '../../test/event-free-chat.ts';
import { type AudienceMessage, MessageActivity } from '../activity-of-messages/index.ts';
import { reactionsOfText } from '../activity-of-messages/reactions-of-text.ts';
import { seededRandom } from '../seeded-random.ts';
import { createSurge } from './create-surge.ts';
import type { FoundMoment } from '../found-moment.ts';
import type { SurgeSettings } from './surge-settings.ts';

type Mode = 'afterwards' | 'live';

const calm = (seed: number, viewers = 500): AudienceMessage[] => [
  ...eventFreeChat({ viewers, seconds: 3_600, seed, dispersion: 1 }),
];

/** A crowd that reacts at `at` and calms down within half a minute. */
function crowd(at: number, reactions: readonly string[], people = 150): AudienceMessage[] {
  const random = seededRandom(at);
  return Array.from({ length: people }, (_, index) => ({
    at: at - 10 * Math.log(1 - random()),
    author: `viewer${2 * index}`,
    text: reactions[index % reactions.length] ?? '',
  }));
}

function chatWith(...crowds: readonly AudienceMessage[][]): AudienceMessage[] {
  return [...calm(1), ...crowds.flat()].toSorted((a, b) => a.at - b.at);
}

function surgeOf(
  messages: readonly AudienceMessage[],
  mode: Mode,
  settings: Partial<SurgeSettings> = {},
): FoundMoment[] {
  const activity = new MessageActivity();
  const surge = createSurge({ mode, settings });
  const moments = messages.flatMap((message) => {
    const second = activity.add(message);
    return second ? surge.add(second) : [];
  });
  const last = activity.end();
  return [...moments, ...(last ? surge.add(last) : []), ...surge.end()];
}

const confirmed = (moments: readonly FoundMoment[]) => moments.filter(({ state }) => state === 'confirmed');

describe.each(['afterwards', 'live'] as const)('surge %s', (mode) => {
  it('finds where the audience rose, from before the rise to after its peak', () => {
    const moments = confirmed(surgeOf(chatWith(crowd(1_500, ['LUL', 'KEKW']), crowd(2_500, ['wow', '😱'])), mode));
    expect(moments).toHaveLength(2);
    for (const [index, at] of [1_500, 2_500].entries()) {
      const { start, end, peak, score } = moments[index] ?? fail();
      expect(start).toBeLessThan(at);
      expect(start).toBeGreaterThan(at - 40);
      expect(Math.abs(peak - at)).toBeLessThan(20);
      expect(end).toBeGreaterThan(at);
      expect(end - start).toBeLessThanOrEqual(120);
      expect(score).toBeGreaterThan(6);
    }
    expect(moments.map(({ reasons }) => reasons.kind)).toEqual(['laugh', 'shock']);
  });

  it('makes one moment of two rises less than 40 s apart', () => {
    expect(confirmed(surgeOf(chatWith(crowd(1_500, ['LUL']), crowd(1_512, ['LUL'])), mode))).toHaveLength(1);
  });

  it('finds nothing in an audience to which nothing happens', () => {
    for (const seed of [1, 2]) expect(surgeOf(calm(seed), mode).length).toBe(0);
    for (const seed of [1, 2]) expect(surgeOf(calm(seed, 5), mode).length).toBe(0);
  });

  it('needs more in a large audience, which is never quite calm', () => {
    // A quarter more for half a minute, every five minutes.
    const large = [...eventFreeChat({ viewers: 5_000, seconds: 3_600, seed: 1, dispersion: 1 })];
    const restless = large.filter(({ at }, index) => at % 300 > 270 || index % 5 > 0);
    expect(surgeOf(restless, mode)).toEqual([]);
    expect(surgeOf(restless, mode, { restlessness: 0.000_1 })).not.toEqual([]);
  });

  it('does not take one who writes much, or bots, for an audience', () => {
    const spam = crowd(1_500, ['look at me']).map((message) => ({ ...message, author: 'spammer' }));
    const bots = crowd(2_500, ['subscribe']).map((message) => ({ ...message, author: 'nightbot' }));
    expect(surgeOf(chatWith(spam, bots), mode)).toEqual([]);
  });

  it('works on times alone', () => {
    const bare = chatWith(crowd(1_500, ['LUL'])).map(({ at }) => ({ at, author: '', text: '' }));
    const [moment] = confirmed(surgeOf(bare, mode));
    expect(moment?.reasons).toMatchObject({ authors: 0, reactions: [], samples: [], kind: 'hype', flags: [] });
    expect(moment?.peak).toBeGreaterThan(1_490);
  });

  it('gives reasons that can be counted again from the messages', () => {
    const messages = chatWith(crowd(1_500, ['LUL', 'hahahaha', 'that was great', '😂']), crowd(2_500, ['F', 'NOOO']));
    const moments = confirmed(surgeOf(messages, mode));
    expect(moments).toHaveLength(2);
    for (const { start, end, reasons } of moments) {
      const inside = messages.filter(({ at }) => at >= start && at < end);
      const before = messages.filter(({ at }) => at >= start - 600 && at < start);
      expect(reasons.messages).toBe(inside.length);
      expect(reasons.rate.now).toBeCloseTo(inside.length / (end - start), 9);
      expect(reasons.rate.base).toBeCloseTo(before.length / 600, 9);
      expect(reasons.authors).toBe(new Set(inside.map(({ author }) => author)).size);
      for (const { reaction, count } of reasons.reactions) {
        const saying = inside.filter(({ text }) => reactionsOfText(text).includes(reaction)).length;
        expect(count).toBeGreaterThan(0);
        expect(count).toBeLessThanOrEqual(saying + 1e-9);
      }
      expect(reasons.samples).toHaveLength(3);
      expect(new Set(reasons.samples.map(({ text }) => text)).size).toBe(3);
      expect(new Set(reasons.samples.map(({ author }) => author)).size).toBe(3);
      for (const sample of reasons.samples) expect(inside).toContainEqual(sample);
    }
  });

  it('counts half what a flood explains', () => {
    const [cheer, notices] = [crowd(1_500, ['LUL']), crowd(2_500, ['LUL'])];
    const flood = notices.flatMap((one) => [one, { ...one, author: `${one.author}s`, notice: 'other' as const }]);
    const [first, second] = confirmed(surgeOf(chatWith(cheer, flood), mode));
    expect(second?.reasons.flags).toContain('sub train');
    expect(second?.score).toBeLessThan(0.75 * (first?.score ?? 0));
  });

  it('says what made the chat rise when it was not the broadcast', () => {
    const copied = 'copy this text into the chat if you want the streamer to see it';
    const poll = crowd(1_200, ['1', '2'], 1_500);
    const pasta = crowd(2_400, [copied], 20_000).map((message, index) => ({ ...message, author: `p${index}` }));
    const moments = confirmed(surgeOf(chatWith(poll, pasta), mode));
    expect(moments.map(({ reasons }) => reasons.flags)).toContainEqual(expect.arrayContaining(['poll']));
  });
});

describe('surge afterwards', () => {
  it('believes a weak moment where two strong ones are near, and not alone', () => {
    const talkers = (at: number, people: number) =>
      crowd(at, [''], people).map((message, index) => ({ ...message, text: `that was number ${index} of them` }));
    const weak = talkers(1_800, 28);
    expect(confirmed(surgeOf(chatWith(weak), 'afterwards'))).toEqual([]);
    const near = chatWith(talkers(1_200, 80), weak, talkers(2_400, 80));
    const peaks = confirmed(surgeOf(near, 'afterwards')).map(({ peak }) => peak);
    for (const at of [1_200, 1_800, 2_400]) expect(peaks.some((peak) => Math.abs(peak - at) < 15)).toBe(true);
  });
});

describe('surge live', () => {
  it('says that a moment rises and then confirms it, both with one opening second', () => {
    const moments = surgeOf(chatWith(crowd(1_500, ['LUL'])), 'live');
    expect(moments.map(({ state }) => state)).toEqual(['rising', 'confirmed']);
    const [rising, last] = moments;
    expect(rising?.openedAt).toBe(last?.openedAt);
    expect(rising?.at).toBeLessThan(1_515);
    expect(last?.at).toBeLessThan(1_545);
  });

  it('uses nothing that comes later', () => {
    const messages = chatWith(crowd(1_500, ['LUL']), crowd(2_500, ['wow']));
    const all = surgeOf(messages, 'live');
    for (const until of [1_512, 1_530, 2_000, 2_520]) {
      const soFar = surgeOf(
        messages.filter(({ at }) => at < until),
        'live',
      ).filter(({ at }) => at < until - 1);
      expect(soFar).toEqual(all.filter(({ at }) => at < until - 1));
    }
  });

  it('is silent while it does not know the channel', () => {
    const early = [...crowd(60, ['LUL']), ...calm(1)].toSorted((a, b) => a.at - b.at);
    expect(surgeOf(early, 'live').filter(({ at }) => at < 130)).toEqual([]);
  });

  it('closes a moment in a chat that fell silent', () => {
    const activity = new MessageActivity();
    const surge = createSurge({ mode: 'live' });
    const messages = chatWith(crowd(1_500, ['LUL'])).filter(({ at }) => at < 1_506);
    const opened = messages.flatMap((message) => {
      const second = activity.add(message);
      return second ? surge.add(second) : [];
    });
    expect(opened.map(({ state }) => state)).toEqual(['rising']);
    expect(surge.advance(1_560).map(({ state }) => state)).toEqual(['confirmed']);
  });
});

describe('surge', () => {
  it('starts cold after a silence of more than an hour', () => {
    const later = chatWith(crowd(1_500, ['LUL'])).map((message) => ({ ...message, at: message.at + 1_000_000_000 }));
    const moments = confirmed(surgeOf([...chatWith(crowd(1_500, ['LUL'])), ...later], 'afterwards'));
    expect(moments).toHaveLength(2);
  });

  it('refuses time that goes back', () => {
    const surge = createSurge({ mode: 'live' });
    const [first, second] = [new MessageActivity(), new MessageActivity()];
    first.add({ at: 10, author: 'a', text: 'x' });
    second.add({ at: 9, author: 'a', text: 'x' });
    surge.add(first.end() ?? fail());
    expect(() => surge.add(second.end() ?? fail())).toThrow(RangeError);
  });
});

function fail(): never {
  throw new Error('expected to be there');
}
