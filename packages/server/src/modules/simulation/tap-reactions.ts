import { poisson } from './draw-numbers.ts';
import { CALM_TAPS, TAPPED } from './emote-sets.ts';
import { FLOOD_SHAPES } from './flood-shapes.ts';
import { type Planned, swellOf } from './plan-broadcast.ts';
import type { Random } from './random.ts';

/** A viewer taps a reaction every three minutes while nothing happens. */
const TAPS_PER_VIEWER = 0.006;
/** Tapping is easier than writing: a moment raises taps more than messages. */
const EASIER = 3;

export interface Taps {
  readonly emote: string;
  readonly n: number;
}

/** How often each emote is tapped in a second; `level` 1 is an ordinary one. */
export function tapReactions(
  random: Random,
  { viewers, level, second }: { viewers: number; level: number; second: number },
  active: readonly Planned[],
): Taps[] {
  const calm = viewers * TAPS_PER_VIEWER * level;
  const means = new Map(CALM_TAPS.map(([emote, share]) => [emote, share * calm]));
  const raise = (emote: string, by: number) => means.set(emote, (means.get(emote) ?? 0) + by);
  for (const planned of active) {
    if (planned.type === 'moment') {
      raise(TAPPED[planned.kind], EASIER * planned.gain * swellOf(planned, second + 0.5) * calm);
    } else if (second >= planned.start && second < planned.end) {
      const { taps } = FLOOD_SHAPES[planned.kind];
      if (taps) raise(taps.emote, taps.gain * calm);
    }
  }
  return Array.from(means, ([emote, mean]) => ({ emote, n: poisson(random, mean) })).filter(({ n }) => n > 0);
}
