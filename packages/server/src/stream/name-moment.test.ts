import { describe, expect, it } from 'vitest';
import { fakeMoment } from '../../test/support/fake-moment.ts';
import { namedMoment, needsNames } from './name-moment.ts';

const surge = {
  ...fakeMoment(),
  detector: 'surge',
  emote: '',
  display: '',
  reasons: {
    rate: { now: 2, base: 1, peak: 3 },
    messages: 9,
    reactors: 4,
    authors: 5,
    reactions: [
      { reaction: '25', emote: 'twitch:25', count: 3 },
      { reaction: 'Kappa', count: 2 },
    ],
    samples: [],
    kind: 'hype' as const,
    flags: [],
  },
};
const names = new Map([['twitch:25', 'Kappa']]);

describe('names of a moment', () => {
  it('are those of its channel, of its emote and of what was tapped', () => {
    expect(namedMoment(fakeMoment({ emote: 'twitch:25', display: '25' }), names).display).toBe('Kappa');
    expect(namedMoment(surge, names).reasons?.reactions.map(({ reaction }) => reaction)).toEqual(['Kappa', 'Kappa']);
    expect(namedMoment(surge, names).display).toBe('');
  });

  it('are asked for only where something is no emoji', () => {
    expect(needsNames(fakeMoment())).toBe(false);
    expect(needsNames(fakeMoment({ emote: 'twitch:25' }))).toBe(true);
    expect(needsNames(surge)).toBe(true);
    const reactions = [{ reaction: '🔥', emote: 'unicode:1f525', count: 1 }];
    expect(needsNames({ ...surge, reasons: { ...surge.reasons, reactions } })).toBe(false);
  });
});
