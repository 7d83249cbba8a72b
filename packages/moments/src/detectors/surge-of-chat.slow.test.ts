import { type ChannelActivity, EVIDENCE_TEXT_MAX, type Moment, momentSchema } from '@ovation/protocol';
import { describe, expect, it } from 'vitest';
import { eventFreeChat } from '../../test/event-free-chat.ts';
import {
  type AudienceMessage,
  digestOfSecond,
  MessageActivity,
  type SecondActivity,
} from '../activity-of-messages/index.ts';
import { reactionsOfText } from '../activity-of-messages/reactions-of-text.ts';
import { PartitionEngine } from '../engine.ts';
import { createSurge } from '../surge/index.ts';
import { seededRandom } from '../seeded-random.ts';

const START = Date.UTC(2026, 0, 1, 12);
const HOUR_S = 3_600;

function crowd(at: number, reactions: readonly string[], people = 120): AudienceMessage[] {
  const random = seededRandom(at);
  return Array.from({ length: people }, (_, index) => ({
    at: at - 10 * Math.log(1 - random()),
    author: `viewer${2 * index}`,
    text: reactions[index % reactions.length] ?? '',
  }));
}

/** Calm chat of 500 viewers with a crowd that reacts every five minutes. */
function chat(seed = 1): AudienceMessage[] {
  const calm = [...eventFreeChat({ viewers: 500, seconds: HOUR_S, seed, dispersion: 1 })];
  const crowds = Array.from({ length: 10 }, (_, index) =>
    crowd(
      400 + 300 * index,
      [
        ['LUL', 'KEKW'],
        ['wow', '😱'],
        ['so good https://x.example', 'GG'],
      ][index % 3] ?? [],
    ),
  );
  return [...calm, ...crowds.flat()].toSorted((a, b) => a.at - b.at);
}

function secondsOf(messages: readonly AudienceMessage[]): SecondActivity[] {
  const activity = new MessageActivity({ newcomers: true });
  const seconds = messages.flatMap((message) => activity.add(message) ?? []);
  const last = activity.end();
  return last ? [...seconds, last] : seconds;
}

/** Plays the digests like a server: a digest for each second, and a tick for each silent second. */
function inEngine(digests: ReadonlyMap<number, ChannelActivity>) {
  const engine = new PartitionEngine();
  const moments: Moment[] = [];
  let bytes = 0;
  for (let second = 0; second < HOUR_S; second += 1) {
    const t = START + 1_000 * second;
    const one = digests.get(second);
    const record = one ? { k: 'd' as const, src: 'g', seq: second, t, ch: { one } } : { k: 't' as const };
    engine.apply({ offset: second, appendedAt: t + 900, record });
    moments.push(...engine.takeOutput().moments);
    if (second % 10 === 0) bytes = Math.max(bytes, JSON.stringify([...engine.takeSnapshot().channels]).length);
  }
  return { moments, bytes };
}

const seconds = secondsOf(chat());
const digests = new Map(seconds.map((second) => [second.second, digestOfSecond(second)]));
const { bytes, moments } = inEngine(digests);
const secondOf = (instant: string) => (Date.parse(instant) - START) / 1_000;

describe('surge over chat in the engine', () => {
  it('finds the same moments as it does live over a file', () => {
    const surge = createSurge({ mode: 'live' });
    const found = [...seconds.flatMap((second) => surge.add(second)), ...surge.end()];
    expect(found.length).toBeGreaterThan(15);
    const shape = ({ openedAt, state, start, end, peak }: (typeof found)[number]) =>
      `${state} ${openedAt}: ${start}-${peak}-${end}`;
    const inServer = moments.map(({ final, range, windowStart }) =>
      shape({
        openedAt: secondOf(windowStart),
        state: final ? 'confirmed' : 'rising',
        start: secondOf(range?.start ?? ''),
        end: secondOf(range?.end ?? ''),
        peak: secondOf(range?.peak ?? ''),
      } as (typeof found)[number]),
    );
    expect(inServer).toEqual(found.map(shape));
    for (const [index, { score, reasons }] of moments.entries()) {
      expect(score).toBeCloseTo(found[index]?.score ?? 0, 1);
      expect(reasons?.kind).toBe(found[index]?.reasons.kind);
      expect(reasons?.flags).toEqual(found[index]?.reasons.flags);
    }
  });

  it('gives reasons that can be counted again from the messages', () => {
    const messages = chat();
    const kept = moments.filter(({ final }) => final);
    expect(kept.length).toBeGreaterThan(8);
    for (const moment of kept) {
      const { range, reasons } = momentSchema.required({ range: true, reasons: true }).parse(moment);
      const [start, end] = [secondOf(range.start), secondOf(range.end)];
      const inside = messages.filter(({ at }) => at >= start && at < end);
      const before = messages.filter(({ at }) => at >= Math.max(0, start - 600) && at < start);
      expect(reasons.messages).toBe(inside.length);
      expect(reasons.reactors).toBe(0);
      expect(reasons.rate.now).toBeCloseTo(inside.length / (end - start), 1);
      expect(reasons.rate.base).toBeCloseTo(before.length / Math.min(600, start), 1);
      const windows = Array.from({ length: end - start }, (_, index) => start + index + 1);
      const loudest = windows.map((to) => messages.filter(({ at }) => at >= to - 16 && at < to).length / 16);
      expect(reasons.rate.peak).toBeCloseTo(Math.max(...loudest), 1);
      expect(reasons.authors).toBe(new Set(inside.map(({ author }) => author)).size);
      for (const { reaction, count } of reasons.reactions) {
        const saying = inside.filter(({ text }) => reactionsOfText(text).includes(reaction)).length;
        expect(count).toBeGreaterThan(0);
        expect(count).toBeLessThanOrEqual(saying + 0.5);
      }
      expect(new Set(reasons.samples.map(({ text }) => text)).size).toBe(3);
      for (const { at, text } of reasons.samples) {
        expect(text).not.toContain('https');
        const written = text.replace('[link]', 'https://x.example').replace(/…$/u, '');
        const same = inside.filter((message) => message.text.startsWith(written));
        const nearest = Math.min(...same.map((message) => Math.abs(message.at - secondOf(at))));
        expect(nearest).toBeLessThan(0.002);
      }
    }
  });

  it('tells the people of a great crowd nearly, and says nothing of who they are', () => {
    const people = Array.from({ length: 6_000 }, (_, index) => ({
      at: 1_000 + (index % 60),
      author: `person-${index % 3_000}`,
      text: 'GOAL',
    }));
    const all = [...chat(2), ...people].toSorted((a, b) => a.at - b.at);
    const crowded = secondsOf(all);
    const big = new Map(crowded.map((second) => [second.second, digestOfSecond(second)]));
    expect(JSON.stringify([...big.values()])).not.toContain('person-');
    const found = inEngine(big).moments.filter(({ final, windowStart }) => final && secondOf(windowStart) > 990);
    const { reasons, range } = found[0] ?? {};
    const inside = all.filter(({ at }) => at >= secondOf(range?.start ?? '') && at < secondOf(range?.end ?? ''));
    const distinct = new Set(inside.map(({ author }) => author)).size;
    expect(distinct).toBeGreaterThanOrEqual(300);
    expect(Math.abs((reasons?.authors ?? 0) / distinct - 1)).toBeLessThan(0.25);
  });

  it('keeps its state small, whatever people write', () => {
    expect(bytes).toBeLessThan(32_000);
    const hostile = Array.from({ length: 40_000 }, (_, index) => ({
      at: index / 100,
      author: `a${index}`,
      text: `${index}é`.repeat(100),
    }));
    const short = Array.from({ length: 40_000 }, (_, index) => ({ at: index / 100, author: '', text: `w${index}` }));
    for (const messages of [hostile, short]) {
      const loud = new Map(secondsOf(messages).map((second) => [second.second, digestOfSecond(second)]));
      for (const { x } of loud.values()) {
        for (const [, , text] of x?.s ?? []) expect(text.length).toBeLessThanOrEqual(EVIDENCE_TEXT_MAX);
      }
      expect(inEngine(loud).bytes).toBeLessThan(130_000);
    }
  });

  it('does not count the emotes of a message twice', () => {
    const engine = new PartitionEngine();
    const play = (items: object, seq: number) =>
      engine.apply({
        offset: seq,
        appendedAt: START + seq,
        record: { k: 'i', src: 'g', seq, ch: 'one', items: [{ t: START, e: 'text:LUL', ...items }] },
      });
    play({ m: 1 }, 0);
    expect(engine.takeOutput().counted).toBe(1);
    expect(engine.takeSnapshot().channels.get('one')?.detectors ?? {}).toEqual({});
    play({}, 1);
    expect(Object.keys(engine.takeSnapshot().channels.get('one')?.detectors ?? {})).toEqual(['surge']);
  });
});
