import { DEFAULT_ALLOWED_EMOTES, emoteKey } from '@ovation/protocol';
import { percent } from '../terminal/text.ts';

/** The classic eight are counted if they have at least this share of the emotes of a chat log. */
const SEED_SHARE_MIN = 0.2;
const TOP = 8;

/** `auto` chooses between the classic eight and the most used emotes of the chat log. A list holds emote keys. */
export type EmoteWish = 'auto' | 'seed' | 'top' | readonly string[];

export interface EmoteChoice {
  readonly from: 'seed' | 'top' | 'list';
  readonly keys: readonly string[];
  /** half a sentence for people: which and why */
  readonly why: string;
}

const SEED = DEFAULT_ALLOWED_EMOTES.map(emoteKey).filter((key) => key !== undefined);

/**
 * Chooses the emotes that are counted in a chat log.
 * @param counts emote key -> reactions
 */
export function chooseEmotes(counts: ReadonlyMap<string, number>, wish: EmoteWish): EmoteChoice {
  if (typeof wish !== 'string') return { from: 'list', keys: wish, why: 'as asked' };
  if (wish === 'seed') return { from: 'seed', keys: SEED, why: 'the classic eight, as asked' };
  const top = topEmotes(counts);
  if (wish === 'top') return { from: 'top', keys: top, why: `${mostUsed(top.length)} of this log, as asked` };
  if (counts.size === 0) return { from: 'seed', keys: SEED, why: 'the classic eight; the log has no emotes' };
  const share = shareOf(SEED, counts);
  const figure = `${percent(share)} of its emotes`;
  if (share >= SEED_SHARE_MIN) return { from: 'seed', keys: SEED, why: `the classic eight, which are ${figure}` };
  const why = `${mostUsed(top.length)} of this log, because the classic eight are only ${figure}`;
  return { from: 'top', keys: top, why };
}

/** For people: "the most used", "the 8 most used". */
export function mostUsed(count: number): string {
  return count === 1 ? 'the most used' : `the ${count} most used`;
}

/** Share of all reactions that these emotes have. */
export function shareOf(keys: Iterable<string>, counts: ReadonlyMap<string, number>): number {
  let these = 0;
  for (const key of new Set(keys)) these += counts.get(key) ?? 0;
  const all = [...counts.values()].reduce((sum, count) => sum + count, 0);
  return all === 0 ? 0 : these / all;
}

/** The most used emotes, most used first. */
export function topEmotes(counts: ReadonlyMap<string, number>): string[] {
  // Equal counts are ordered by key, so that the same file always gives the same list.
  const ranked = [...counts].toSorted(([a, most], [b, count]) => count - most || (a < b ? -1 : 1));
  return ranked.slice(0, TOP).map(([key]) => key);
}
