import { analysisOf, DEFAULT_SETTINGS, emoteKey } from '@ovation/protocol';
import { describe, expect, it } from 'vitest';
import { analyzeReactions } from './analyze-reactions.ts';

const { allowed } = analysisOf(DEFAULT_SETTINGS);
const reactions = (...emotes: string[]) => emotes.map((emote, at) => ({ at, emote: emoteKey(emote) ?? '' }));

describe('analyzeReactions', () => {
  it('finds exactly one moment in three fires and a smile above one half (S0-31)', () => {
    const options = { interval: 1, threshold: 0.5, allowed, channel: 'file' };
    const { moments } = analyzeReactions(reactions('🔥', '🔥', '🔥', '😀'), options);
    expect(moments).toMatchObject([{ display: '🔥', count: 3, total: 4, ratio: 0.75 }]);
  });

  it('finds nothing in nothing', () => {
    const options = { interval: 1, threshold: 0.5, allowed, channel: 'file' };
    expect(analyzeReactions([], options)).toEqual({ moments: [], windows: 0, late: 0 });
  });

  it('is a function of its reactions and settings alone, and changes neither (C27)', () => {
    const settings = { interval: 2, threshold: 0.3, allowed: Object.freeze([...allowed]), channel: 'file' };
    const frozen = reactions('🔥', '😀', '🔥', '🔥').map((reaction) => Object.freeze(reaction));
    const analyze = (threshold: number) =>
      analyzeReactions(Object.freeze([...frozen]), Object.freeze({ ...settings, threshold }));
    const first = analyze(0.3);
    expect(analyze(0.8).moments).toEqual([]);
    expect(analyze(0.3)).toEqual(first);
    expect(first.moments).toMatchObject([{ display: '🔥', count: 3, total: 4 }]);
  });

  it('keeps minutes apart over a long silence', () => {
    const far = reactions('🔥', '🔥').map(({ at, emote }, index) => ({ at: at + index * 600_000, emote }));
    const { moments, windows, late } = analyzeReactions(far, { interval: 1, threshold: 0.5, allowed, channel: 'file' });
    expect([moments.length, windows, late]).toEqual([2, 2, 0]);
  });
});
