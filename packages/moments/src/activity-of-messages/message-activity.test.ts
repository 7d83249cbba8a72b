import { describe, expect, it } from 'vitest';
import type { AudienceMessage } from './message.ts';
import { MessageActivity } from './message-activity.ts';
import type { SecondActivity } from './second-activity.ts';

function secondsOf(messages: readonly AudienceMessage[], bots?: readonly string[]): SecondActivity[] {
  const activity = new MessageActivity(bots ? { bots } : {});
  const seconds = messages.map((message) => activity.add(message));
  return [...seconds, activity.end()].filter((second) => second !== undefined);
}

function weightOf(messages: readonly AudienceMessage[], bots?: readonly string[]): number {
  return secondsOf(messages, bots).reduce((sum, { weight }) => sum + weight, 0);
}

const said = (text: string, author = 'ann', at = 10): AudienceMessage => ({ at, author, text });

describe('activity of messages', () => {
  it('is told a second at a time, without those that had nothing', () => {
    const seconds = secondsOf([said('a', 'ann', 1.2), said('b', 'bob', 1.9), said('c', 'cy', 4)]);
    expect(seconds.map(({ second, messages, authors }) => [second, messages, authors.size])).toEqual([
      [1, 2, 2],
      [4, 1, 1],
    ]);
  });

  it('counts a message that is late in the second that is open', () => {
    const seconds = secondsOf([said('a', 'ann', 5), said('b', 'bob', 3)]);
    expect(seconds.map(({ second, messages }) => [second, messages])).toEqual([[5, 2]]);
  });

  it('counts the second message of an author half, and again fully 30 s later', () => {
    expect(weightOf([said('wow'), said('so good')])).toBeCloseTo(1.5, 12);
    expect(weightOf([said('wow', 'ann', 10), said('so good', 'ann', 41)])).toBe(2);
  });

  it('caps nobody when authors are unknown, and counts a message without text', () => {
    expect(weightOf([said('', ''), said('', '')])).toBe(2);
  });

  it('leaves out bots: known ones, those of the channel, those that the file names', () => {
    const seconds = secondsOf(
      [said('hi', 'Nightbot'), said('hi', 'HouseBot'), { ...said('hi', 'x'), isBot: true }, said('hi', 'ann')],
      ['housebot'],
    );
    expect(seconds[0]).toMatchObject({ weight: 1, messages: 4, features: { bots: 3 } });
    expect(seconds[0]?.authors.size).toBe(1);
  });

  it('counts commands, votes and notices for little', () => {
    expect(weightOf([said('!join')])).toBeCloseTo(0.1, 12);
    for (const vote of ['1', '7', '+', '-', 'y', 'N']) expect(weightOf([said(vote)])).toBeCloseTo(0.3, 12);
    expect(weightOf([{ ...said('subscribed'), notice: 'other' }])).toBeCloseTo(0.2, 12);
    expect(weightOf([said('!!!')])).toBe(1);
  });

  it('counts the k-th copy of a long text 1/k, and a short one fully', () => {
    const pasta = 'I am a long text that somebody copies over and over again';
    expect(weightOf([said(pasta, 'ann'), said(pasta, 'bob'), said(pasta, 'cy')])).toBeCloseTo(1 + 1 / 2 + 1 / 3, 12);
    expect(weightOf([said('LUL', 'ann'), said('LUL', 'bob')])).toBe(2);
  });

  it('keeps memory of the last 30 s only', () => {
    const activity = new MessageActivity();
    const texts = Array.from({ length: 5_000 }, (_, index) =>
      said(`${'long '.repeat(10)}${index}`, `a${index}`, index),
    );
    const weights = texts.map((message) => activity.add(message)?.weight ?? 1);
    expect(new Set(weights)).toEqual(new Set([1]));
  });
});

describe('reactions of a second', () => {
  const reactionsOf = (messages: readonly AudienceMessage[]) =>
    Object.fromEntries(secondsOf(messages)[0]?.reactions ?? []);

  it('count once a message, whatever the language, with repeats folded', () => {
    expect(reactionsOf([said('LUL LUL LUL', 'ann'), said('LUL', 'bob')])).toEqual({ LUL: 2 });
    expect(reactionsOf([said('hahaha', 'ann'), said('hahahahaha', 'bob')])).toEqual({ haha: 2 });
    expect(reactionsOf([said('7777', 'ann'), said('777', 'bob')])).toEqual({ 77: 2 });
    expect(reactionsOf([said('ㅋㅋㅋㅋ', 'ann'), said('ㅋㅋㅋ', 'bob')])).toEqual({ ㅋㅋ: 2 });
  });

  it('are emotes and emoji only when the message is talk', () => {
    const talk = { ...said('that was the best thing I have seen LUL 😂'), emotes: ['LUL'] };
    expect(reactionsOf([talk])).toEqual({ LUL: 1, '😂': 1 });
  });

  it('do not grow with a hostile text', () => {
    const words = Array.from({ length: 2_000 }, (_, index) => said(`w${index} x${index}`, `a${index}`));
    expect(Object.keys(reactionsOf(words)).length).toBeLessThanOrEqual(500);
    expect(reactionsOf([said('x'.repeat(100_000))])).toEqual({});
  });
});
