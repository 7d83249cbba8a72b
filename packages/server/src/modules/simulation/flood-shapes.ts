/** Floods of a chat that are no highlights; they have the names of the labelled sets. */
export const FLOOD_KINDS = ['raid', 'giveaway', 'poll', 'subtrain', 'spammer', 'copypasta', 'adbreak'] as const;
export type FloodKind = (typeof FLOOD_KINDS)[number];

interface FloodShape {
  readonly seconds: number;
  /** its messages as a multiple of the calm rate, and how many a second there are at least */
  readonly gain: number;
  readonly atLeast: number;
  /** time constant of its decay, seconds; it stays up when there is none */
  readonly fade?: number;
  /** what is left of ordinary chat meanwhile */
  readonly calm: number;
  /** reactions by tapping: of which emote, as a multiple of the calm rate */
  readonly taps?: { readonly emote: string; readonly gain: number };
}

export const FLOOD_SHAPES: Readonly<Record<FloodKind, FloodShape>> = {
  raid: { seconds: 90, gain: 3, atLeast: 0.3, fade: 35, calm: 1, taps: { emote: '❤️', gain: 2 } },
  giveaway: { seconds: 100, gain: 1.3, atLeast: 0.2, calm: 1 },
  poll: { seconds: 50, gain: 1.6, atLeast: 0.3, calm: 1, taps: { emote: '👍', gain: 0.5 } },
  subtrain: { seconds: 60, gain: 1.5, atLeast: 0.3, calm: 1, taps: { emote: '❤️', gain: 0.7 } },
  spammer: { seconds: 60, gain: 1, atLeast: 0.4, calm: 1, taps: { emote: '👎', gain: 0.5 } },
  copypasta: { seconds: 40, gain: 1.2, atLeast: 0.4, calm: 1 },
  adbreak: { seconds: 100, gain: 0.05, atLeast: 0.02, calm: 0.35 },
};

/** Messages of the flood a second, at `since` seconds after its start. */
export function floodRate(kind: FloodKind, since: number, calmRate: number): number {
  const { seconds, gain, atLeast, fade } = FLOOD_SHAPES[kind];
  if (since < 0 || since >= seconds) return 0;
  return Math.max(atLeast, gain * calmRate) * (fade === undefined ? 1 : Math.exp(-since / fade));
}
