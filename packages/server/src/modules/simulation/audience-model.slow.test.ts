import { DEFAULT_ALLOWED_EMOTES } from '@ovation/protocol';
import { describe, expect, it } from 'vitest';
import {
  type AudienceOptions,
  type AudienceSecond,
  calmRate,
  createAudience,
  type SimulatedMessage,
} from './audience-model.ts';
import { FLOOD_KINDS } from './flood-shapes.ts';
import type { PlannedMoment } from './plan-broadcast.ts';

const HOUR_S = 3_600;
const ordinary: AudienceOptions = { viewers: 2_000, momentsPerHour: 8, seed: 11, floods: true };

function listen(options: AudienceOptions, untilS = HOUR_S): AudienceSecond[] {
  const heard: AudienceSecond[] = [];
  for (const second of createAudience(options)) {
    if (second.second >= untilS) break;
    heard.push(second);
  }
  return heard;
}

function messagesOf(seconds: readonly AudienceSecond[]): SimulatedMessage[] {
  return seconds.flatMap(({ messages }) => messages);
}

function momentsOf(seconds: readonly AudienceSecond[]): PlannedMoment[] {
  return seconds.flatMap(({ begins }) => begins).filter((planned) => planned.type === 'moment');
}

/** Messages a second in [from, to). */
function rateBetween(seconds: readonly AudienceSecond[], from: number, to: number): number {
  return messagesOf(seconds.slice(Math.floor(from), Math.ceil(to))).length / (Math.ceil(to) - Math.floor(from));
}

describe('simulated audience', () => {
  it('is the same for the same seed and another for another', () => {
    expect(listen(ordinary, 900)).toEqual(listen(ordinary, 900));
    expect(listen({ ...ordinary, seed: 12 }, 900)).not.toEqual(listen(ordinary, 900));
  });

  it('taps the same without its chat, and plans the same for any number of viewers', () => {
    const withoutChat = listen({ ...ordinary, chat: false }, 900);
    expect(withoutChat.map(({ reactions }) => reactions)).toEqual(
      listen(ordinary, 900).map(({ reactions }) => reactions),
    );
    expect(messagesOf(withoutChat)).toEqual([]);
    expect(momentsOf(listen({ ...ordinary, viewers: 3 }))).toEqual(momentsOf(listen(ordinary)));
  });

  it('writes in order of time, within the second, with three decimals', () => {
    for (const { second, messages } of listen(ordinary, 900)) {
      const times = messages.map(({ t }) => t);
      expect(times).toEqual(times.toSorted((a, b) => a - b));
      expect(times.every((t) => t >= second && t < second + 1 && Number(t.toFixed(3)) === t)).toBe(true);
    }
  });

  it('has messages of the lengths of real chats, bots, commands and a few who write much', () => {
    const messages = messagesOf(listen({ ...ordinary, momentsPerHour: 0, floods: false }));
    const lengths = messages.map(({ m }) => m.length).toSorted((a, b) => a - b);
    const at = (share: number) => lengths[Math.floor(share * lengths.length)];
    expect(at(0.5)).toBeGreaterThanOrEqual(6);
    expect(at(0.5)).toBeLessThanOrEqual(13);
    expect(at(0.9)).toBeGreaterThanOrEqual(28);
    expect(at(0.9)).toBeLessThanOrEqual(45);
    expect(messages.filter(({ bot }) => bot === 1).length).toBeGreaterThan(6);
    expect(messages.filter(({ m }) => m.startsWith('!')).length).toBeGreaterThan(20);
    const byAuthor = Map.groupBy(messages, ({ u }) => u);
    const counts = Array.from(byAuthor.values(), ({ length }) => length).toSorted((a, b) => b - a);
    const eager = counts.slice(0, Math.ceil(counts.length / 100)).reduce((sum, count) => sum + count, 0);
    expect(eager / messages.length).toBeGreaterThan(0.08);
    expect(messages.every(({ u }) => /^u[0-9a-f]{8}$/.test(u))).toBe(true);
  });

  it('speaks in the emotes of the platform, or in emoji', () => {
    const inTwitch = messagesOf(listen(ordinary, 1_200));
    const inEmoji = messagesOf(listen({ ...ordinary, emotes: 'emoji' }, 1_200));
    expect(inTwitch.filter(({ e }) => e?.includes('LUL')).length).toBeGreaterThan(10);
    expect(inTwitch.every(({ m, e = [] }) => e.every((emote) => m.split(' ').includes(emote)))).toBe(true);
    expect(inTwitch.some(({ m }) => /\p{RGI_Emoji}/v.test(m))).toBe(false);
    expect(inEmoji.filter(({ m }) => /\p{RGI_Emoji}/v.test(m)).length).toBeGreaterThan(10);
    expect(inEmoji.some(({ e }) => e)).toBe(false);
  });

  it('taps the classic emotes, none of them above 30 % while nothing happens', () => {
    const taps = new Map<string, number>();
    for (const { reactions } of listen({ ...ordinary, momentsPerHour: 0, floods: false, chat: false })) {
      for (const { emote, n } of reactions) taps.set(emote, (taps.get(emote) ?? 0) + n);
    }
    expect(new Set(taps.keys())).toEqual(new Set(DEFAULT_ALLOWED_EMOTES));
    const all = [...taps.values()].reduce((sum, n) => sum + n, 0);
    expect(Math.max(...taps.values()) / all).toBeLessThan(0.25);
  });
});

describe('event-free audience', () => {
  const free = { ...ordinary, viewers: 5_000, momentsPerHour: 0, floods: false };

  it('has no label', () => {
    expect(listen({ ...free, chat: false }).flatMap(({ begins }) => begins)).toEqual([]);
  });

  it('varies more than by chance alone', () => {
    const counts = listen(free).map(({ messages }) => messages.length);
    const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length;
    const variance = counts.reduce((sum, count) => sum + (count - mean) ** 2, 0) / counts.length;
    expect(variance / mean).toBeGreaterThan(1.3);
    expect(mean / calmRate(5_000)).toBeGreaterThan(0.5);
    expect(mean / calmRate(5_000)).toBeLessThan(2);
  });
});

describe('planted moments', () => {
  const seconds = listen({ ...ordinary, viewers: 20_000, floods: false });
  const hours = 5;
  const moments = momentsOf(listen({ ...ordinary, chat: false, floods: false }, hours * HOUR_S));

  it('come as often as asked for, a quarter of them quiet, each kind equally often', () => {
    expect(moments).toHaveLength(hours * 8);
    expect(moments.filter(({ isQuiet }) => isQuiet)).toHaveLength(hours * 2);
    const kinds = Map.groupBy(moments, ({ kind }) => kind);
    expect(Object.fromEntries(Array.from(kinds, ([kind, { length }]) => [kind, length]))).toEqual({
      laugh: 8,
      hype: 8,
      shock: 8,
      sad: 8,
      love: 8,
    });
  });

  it('do not touch each other and end before the hour does', () => {
    for (const [index, { start, end }] of moments.entries()) {
      expect(start).toBeGreaterThanOrEqual(240);
      expect(moments[index + 1]?.start ?? Number.POSITIVE_INFINITY).toBeGreaterThanOrEqual(end + 45);
      expect(end % HOUR_S).toBeLessThan(HOUR_S - 40);
    }
  });

  it('are reacted to after 60 % of them, 6 s later in the median, for 9 to 24 s', () => {
    const delays = moments.map(({ start, end, reactsAt }) => reactsAt - start - 0.6 * (end - start));
    expect(Math.min(...delays)).toBeGreaterThan(0);
    const median = delays.toSorted((a, b) => a - b)[delays.length / 2] ?? 0;
    expect(median).toBeGreaterThan(4);
    expect(median).toBeLessThan(8.5);
    expect(moments.every(({ fade }) => fade >= 9 && fade <= 24)).toBe(true);
  });

  it('raise the chat after that point and not before, and quiet ones by 25 to 60 % only', () => {
    for (const { start, end, reactsAt, isQuiet, gain } of momentsOf(seconds)) {
      const before = rateBetween(seconds, start - 30, start);
      const early = rateBetween(seconds, start, start + 0.6 * (end - start));
      const top = rateBetween(seconds, reactsAt + 2, reactsAt + 7);
      expect(early / before).toBeLessThan(1.4);
      if (isQuiet) {
        expect(gain).toBeLessThanOrEqual(0.6);
        expect(top / before).toBeLessThan(1.9);
      } else {
        expect(gain).toBeGreaterThanOrEqual(1.1);
        expect(top / before).toBeGreaterThan(1.4);
      }
    }
  });

  it('gather the emotes, quiet ones too', () => {
    const topShare = (from: number, to: number) => {
      const emotes = messagesOf(seconds.slice(Math.floor(from), Math.ceil(to))).flatMap(({ e = [] }) => e.slice(0, 1));
      const counts = Array.from(Map.groupBy(emotes, (emote) => emote).values(), ({ length }) => length);
      return Math.max(...counts) / emotes.length;
    };
    const quiet = momentsOf(seconds).filter(
      ({ isQuiet, kind }) => isQuiet && (kind === 'laugh' || kind === 'shock' || kind === 'love'),
    );
    for (const { start, reactsAt } of quiet) {
      expect(topShare(reactsAt + 2, reactsAt + 8)).toBeGreaterThan(1.2 * topShare(start - 30, start));
    }
  });
});

describe('planted floods', () => {
  const seconds = listen(ordinary);
  const floods = seconds.flatMap(({ begins }) => begins).filter((planned) => planned.type === 'flood');
  const during = (kind: string) => {
    const { start = 0, end = 0 } = floods.find((flood) => flood.kind === kind) ?? {};
    return messagesOf(seconds.slice(start, end));
  };
  const most = (messages: readonly SimulatedMessage[]) =>
    Array.from(
      Map.groupBy(
        messages.filter(({ m }) => m !== ''),
        ({ m }) => m,
      ),
    ).toSorted(([, a], [, b]) => b.length - a.length)[0] ?? ['', []];

  it('are one of each kind an hour, apart from the moments', () => {
    expect(floods.map(({ kind }) => kind).toSorted()).toEqual([...FLOOD_KINDS].toSorted());
    expect(momentsOf(seconds)).toHaveLength(8);
    const all = seconds.flatMap(({ begins }) => begins);
    expect(all.every(({ end }, index) => end < (all[index + 1]?.start ?? HOUR_S))).toBe(true);
  });

  it('look like what they are', () => {
    const raid = during('raid');
    const before = new Set(
      messagesOf(seconds.slice(0, (floods.find(({ kind }) => kind === 'raid')?.start ?? 0) - 1)).map(({ u }) => u),
    );
    expect(raid.filter(({ n }) => n === 'raid')).toHaveLength(1);
    const raiders = raid.filter(({ m }) => /raid/i.test(m));
    expect(raiders.length).toBeGreaterThan(50);
    expect(raiders.some(({ u }) => before.has(u))).toBe(false);

    expect(during('giveaway').filter(({ m }) => m === '!enter').length).toBeGreaterThan(100);
    expect(during('poll').filter(({ m }) => m === '1' || m === '2').length).toBeGreaterThan(100);
    expect(during('subtrain').filter(({ n }) => n === 'subgift').length).toBeGreaterThan(50);

    const [spam, spamRows] = most(during('spammer'));
    expect(spamRows.length).toBeGreaterThan(50);
    expect(new Set(spamRows.map(({ u }) => u)).size).toBe(1);
    expect(spam.length).toBeGreaterThan(15);

    const [pasta, pastaRows] = most(during('copypasta'));
    expect(new Set(pastaRows.map(({ u }) => u)).size).toBe(6);
    expect(pasta.length).toBeGreaterThan(40);

    expect(during('adbreak').length / 100 / calmRate(2_000)).toBeLessThan(0.7);
  });
});
