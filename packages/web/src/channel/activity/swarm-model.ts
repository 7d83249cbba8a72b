/**
 * The reactions of all viewers as a few floating emotes. One emote stands for many reactions, and its size shows how
 * many: at most `most` emotes are in the air. Knows neither canvas nor clock.
 */

/** One floating emote. */
export interface Floater {
  readonly key: string;
  /** reactions that it stands for, at least 1 */
  readonly weight: number;
  /** ms of the swarm's own time */
  readonly born: number;
  /** 0 to 1, its place across the way */
  readonly lane: number;
  /** 0 to 1, so that no two sway alike */
  readonly phase: number;
}

export interface Swarm {
  /** Reactions that were counted just now, by emote key. */
  add(counts: ReadonlyMap<string, number>): void;
  /** Lets old emotes land and new ones rise. @returns the emotes in the air, oldest first */
  advance(now: number): readonly Floater[];
  /** Nothing is in the air, and nothing waits. */
  readonly isStill: boolean;
}

export const LIFE_MS = 7_000;
/** A part of what waits rises with each floater, so that five reactions are several small ones and not one. */
const PART = 3;
/** Keeps neighbours apart, however many there are. */
const GOLDEN_RATIO = 0.618;

/**
 * @param most in the air at once
 * @param random gives [0, 1)
 */
export function createSwarm(most: number, random: () => number): Swarm {
  const waiting = new Map<string, { n: number; passedOver: number }>();
  const slotMs = LIFE_MS / most;
  let air: Floater[] = [];
  let nextAt = 0;
  let lane = random();

  const rise = (now: number): void => {
    const chosen = choose(waiting);
    if (!chosen) return;
    const [key, entry] = chosen;
    for (const other of waiting.values()) other.passedOver += 1;
    entry.passedOver = 0;
    const weight = Math.ceil(entry.n / PART);
    entry.n -= weight;
    if (entry.n === 0) waiting.delete(key);
    lane = (lane + GOLDEN_RATIO) % 1;
    air.push({ key, weight, born: now, lane, phase: random() });
  };

  return {
    add(counts) {
      for (const [key, n] of counts) {
        const entry = waiting.get(key) ?? { n: 0, passedOver: 0 };
        entry.n += n;
        if (entry.n > 0) waiting.set(key, entry);
      }
    },
    advance(now) {
      air = air.filter(({ born }) => now - born < LIFE_MS);
      while (waiting.size > 0 && nextAt <= now && air.length < most) {
        rise(now);
        nextAt = Math.max(nextAt, now) + slotMs;
      }
      return air;
    },
    get isStill() {
      return air.length === 0 && waiting.size === 0;
    },
  };
}

/** The most first; who was passed over long enough comes before them. */
function choose<T extends { n: number; passedOver: number }>(waiting: ReadonlyMap<string, T>): [string, T] | undefined {
  let best: [string, T] | undefined;
  let bestClaim = Number.NEGATIVE_INFINITY;
  for (const entry of waiting) {
    const claim = Math.log2(entry[1].n) + entry[1].passedOver / 2;
    if (claim > bestClaim) [best, bestClaim] = [entry, claim];
  }
  return best;
}

/** Where a floater is: `along` from 0 (just born) to 1 (gone), `opacity`, and `sway` from -1 to 1. */
export function placeOf({ born, phase }: Floater, now: number): { along: number; opacity: number; sway: number } {
  const along = Math.min(1, Math.max(0, (now - born) / LIFE_MS));
  const opacity = Math.min(1, along / FADE_IN, (1 - along) / FADE_OUT);
  return { along, opacity, sway: Math.sin((phase + along * SWAYS) * 2 * Math.PI) };
}

const FADE_IN = 0.06;
const FADE_OUT = 0.4;
const SWAYS = 2;

/** Height of a floater as a share of the stage's, from `smallest` on: each doubling adds the same. */
export function sizeOf(weight: number, smallest: number): number {
  const LARGEST = 0.75;
  const DOUBLINGS = 8;
  return smallest + (LARGEST - smallest) * Math.min(1, Math.log2(Math.max(1, weight)) / DOUBLINGS);
}
