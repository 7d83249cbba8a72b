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

  it('keeps minutes apart over a long silence', () => {
    const far = reactions('🔥', '🔥').map(({ at, emote }, index) => ({ at: at + index * 600_000, emote }));
    const { moments, windows, late } = analyzeReactions(far, { interval: 1, threshold: 0.5, allowed, channel: 'file' });
    expect([moments.length, windows, late]).toEqual([2, 2, 0]);
  });
});
