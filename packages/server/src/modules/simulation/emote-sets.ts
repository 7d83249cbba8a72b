import type { MomentKind } from '@ovation/protocol';

export const EMOTE_SETS = ['twitch', 'emoji'] as const;
export type EmoteSet = (typeof EMOTE_SETS)[number];

type EmotesByKind = Readonly<Record<MomentKind, readonly string[]>>;

const TWITCH: EmotesByKind = {
  laugh: ['LUL', 'KEKW', 'OMEGALUL', 'EleGiggle', '4Head'],
  hype: ['PogChamp', 'POGGERS', 'Pog', 'Kreygasm', 'EZ'],
  shock: ['WutFace', 'monkaS', 'NotLikeThis', 'DansGame'],
  sad: ['BibleThump', 'FeelsBadMan', 'PepeHands', 'Sadge'],
  love: ['<3', 'bleedPurple', 'VoHiYo', 'peepoLove'],
};

const EMOJI: EmotesByKind = {
  laugh: ['😂', '🤣', '😆', '😀'],
  hype: ['🔥', '🎉', '🙌', '👏'],
  shock: ['😮', '😱', '🤯'],
  sad: ['😢', '😭', '💔'],
  love: ['❤️', '😍', '🥰'],
};

export const EMOTES: Readonly<Record<EmoteSet, EmotesByKind>> = { twitch: TWITCH, emoji: EMOJI };

/** Emotes of the list above that the platform itself marks; the others are plain words in a message. */
export const PLATFORM_EMOTES: ReadonlySet<string> = new Set(
  'LUL EleGiggle 4Head PogChamp Kreygasm WutFace NotLikeThis DansGame BibleThump <3 bleedPurple VoHiYo'.split(' '),
);

/** Taps send the eight classic emotes. */
export const TAPPED: Readonly<Record<MomentKind, string>> = {
  laugh: '😀',
  hype: '🔥',
  shock: '😮',
  sad: '😢',
  love: '❤️',
};

/** Shares of the taps while nothing happens: none is near the 30 % of the classic rule. */
export const CALM_TAPS: readonly (readonly [emote: string, share: number])[] = [
  ['😀', 0.19],
  ['❤️', 0.18],
  ['👍', 0.17],
  ['🔥', 0.14],
  ['😮', 0.1],
  ['😢', 0.09],
  ['👎', 0.07],
  ['😡', 0.06],
];
