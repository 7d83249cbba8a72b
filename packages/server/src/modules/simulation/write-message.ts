import { BOT_LINES, COMMANDS, REACTION_WORDS, WORDS } from './chat-words.ts';
import { logNormal } from './draw-numbers.ts';
import { EMOTES, type EmoteSet } from './emote-sets.ts';
import { type MomentKind, MOMENT_KINDS } from '@ovation/protocol';
import { pick, type Random } from './random.ts';

/** What an event does to all emotes that are written: `share` of them is of its kind, mostly its favourite. */
export interface Mood {
  readonly kind: MomentKind;
  readonly favourite: string;
  readonly share: number;
}

const COMMAND_SHARE = 0.012;
const EMOTES_ONLY_SHARE = 0.28;
const EMOTE_AT_END_SHARE = 0.2;
const SHOUTED_SHARE = 0.06;
/** Words of a message; gives about the lengths of real chats, as sim1 has them: 3, 9, 38 and 93 characters at 10, 50, 90 and 99 %. */
const WORDS_MEDIAN = 2;
const WORDS_SIGMA = 1.05;
/** Taken off before the number is rounded up. */
const WORDS_LESS = 0.3;
const WORDS_MAX = 60;
const FAVOURITE_SHARE = 0.75;
/** A reaction is emotes, a text, a text with an emote, or (the rest) a sentence with one: shares, added up. */
const REACTS_BY_EMOTES = 0.62;
const REACTS_BY_TEXT = 0.8;
const REACTS_BY_BOTH = 0.9;
/** Emotes that stand once; the others stand two to four times. */
const ONCE_SHARE = 0.55;

export interface Writer {
  /** ordinary chat */
  talk(mood: Mood | undefined): string;
  /** a message about what just happened */
  react(mood: Mood): string;
  /** talk without emotes, of at least so many characters: what is copied and pasted */
  longText(atLeast: number): string;
  emoteOf(kind: MomentKind): string;
  botLine(): string;
}

export function createWriter(random: Random, emotes: EmoteSet): Writer {
  const emoteOf = (kind: MomentKind) => skewed(random, EMOTES[emotes][kind]);
  const word = () => skewed(random, WORDS);
  const moodEmote = (mood: Mood) => (random() < FAVOURITE_SHARE ? mood.favourite : emoteOf(mood.kind));
  const emote = (mood: Mood | undefined) =>
    mood && random() < mood.share ? moodEmote(mood) : emoteOf(pick(random, MOMENT_KINDS));
  const sentence = () => {
    const count = Math.min(WORDS_MAX, Math.ceil(logNormal(random, WORDS_MEDIAN, WORDS_SIGMA) - WORDS_LESS));
    const text = Array.from({ length: Math.max(1, count) }, word).join(' ');
    return random() < SHOUTED_SHARE ? text.toUpperCase() : text;
  };

  return {
    talk(mood) {
      if (random() < COMMAND_SHARE) return pick(random, COMMANDS);
      if (random() < EMOTES_ONLY_SHARE) return repeated(random, emote(mood));
      const text = sentence();
      return random() < EMOTE_AT_END_SHARE ? `${text} ${emote(mood)}` : text;
    },
    react(mood) {
      const how = random();
      if (how < REACTS_BY_EMOTES) return repeated(random, moodEmote(mood));
      const text = pick(random, REACTION_WORDS[mood.kind]);
      if (how < REACTS_BY_TEXT) return text;
      return how < REACTS_BY_BOTH ? `${text} ${moodEmote(mood)}` : `${sentence()} ${moodEmote(mood)}`;
    },
    longText(atLeast) {
      let text = word();
      while (text.length < atLeast) text += ` ${word()}`;
      return text;
    },
    emoteOf,
    botLine: () => pick(random, BOT_LINES),
  };
}

/** The first of a list more often than the last. */
function skewed<T>(random: Random, list: readonly T[]): T {
  return list[Math.floor(random() ** 2 * list.length)] as T; // below the length: random is below 1
}

/** Once, or up to four times in a row. */
function repeated(random: Random, text: string): string {
  const times = random() < ONCE_SHARE ? 1 : 2 + Math.floor(random() * 3);
  return Array.from({ length: times }, () => text).join(' ');
}
