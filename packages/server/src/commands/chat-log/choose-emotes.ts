import { DEFAULT_ALLOWED_EMOTES, emoteKey } from '@ovation/protocol';
import type { ChatReaction } from './read-chat-log.ts';
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

/** Chooses the emotes that are counted in a chat log. */
export function chooseEmotes(reactions: readonly ChatReaction[], wish: EmoteWish): EmoteChoice {
  if (typeof wish !== 'string') return { from: 'list', keys: wish, why: 'as asked' };
  if (wish === 'seed') return { from: 'seed', keys: SEED, why: 'the classic eight, as asked' };
  const top = topEmotes(reactions);
  if (wish === 'top') return { from: 'top', keys: top, why: `the ${top.length} most used of this log, as asked` };
  if (reactions.length === 0) return { from: 'seed', keys: SEED, why: 'the classic eight; the log has no emotes' };
  const share = reactions.filter(({ emote }) => SEED.includes(emote)).length / reactions.length;
  const figure = `${percent(share)} of its emotes`;
  if (share >= SEED_SHARE_MIN) return { from: 'seed', keys: SEED, why: `the classic eight, which are ${figure}` };
  const why = `the ${top.length} most used of this log, because the classic eight are only ${figure}`;
  return { from: 'top', keys: top, why };
}

/** The most used emotes, most used first. */
export function topEmotes(reactions: readonly ChatReaction[]): string[] {
  const counts = new Map<string, number>();
  for (const { emote } of reactions) counts.set(emote, (counts.get(emote) ?? 0) + 1);
  // Equal counts are ordered by key, so that the same file always gives the same list.
  const ranked = [...counts].toSorted(([a, most], [b, count]) => count - most || (a < b ? -1 : 1));
  return ranked.slice(0, TOP).map(([key]) => key);
}
