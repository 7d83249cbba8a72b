import type { SecondActivity } from '../activity-of-messages/second-activity.ts';

const NOW_S = 16;
const BASE_S = 600;
/** Weight of the belief that a reaction never seen is rare: keeps the first minutes quiet. */
const PRIOR = 20;
const PRIOR_COUNT = 0.5;
/** The base must hold this many times what is compared with it: the first minutes say nothing. */
const BASE_LEAST = 8;
/** Expected counts below this are taken as this, or one message would be a surge. */
const LEAST_EXPECTED = 0.25;
const REACTIONS_MAX = 20_000;

interface Counts {
  readonly byReaction: Map<string, number>;
  total: number;
}

/**
 * Whether one reaction has a larger share of the last 16 s than of the last 10 min, as a count score. Finds the moments
 * at which the mood turns while the rate hardly rises. Causal.
 */
export class ReactionMix {
  readonly #now: Counts = { byReaction: new Map(), total: 0 };
  readonly #base: Counts = { byReaction: new Map(), total: 0 };
  /** the seconds inside the base, oldest first; only those with reactions */
  #seconds: SecondActivity[] = [];
  #oldest = 0;
  #firstNow = 0;

  /** @returns the highest score of a reaction in the 16 s that end with this second */
  add(second: SecondActivity): number {
    if (second.reactions.size > 0) {
      this.#seconds.push(second);
      change(this.#now, second, 1);
    }
    this.#move(second.second);
    return this.#best();
  }

  #move(at: number): void {
    // What leaves "now" enters the base, so that a reaction is not compared with itself.
    for (let next = this.#seconds[this.#firstNow]; next && next.second <= at - NOW_S;) {
      change(this.#now, next, -1);
      change(this.#base, next, 1);
      next = this.#seconds[++this.#firstNow];
    }
    for (let next = this.#seconds[this.#oldest]; next && next.second <= at - BASE_S;) {
      change(this.#base, next, -1);
      next = this.#seconds[++this.#oldest];
    }
    if (this.#oldest < BASE_S) return;
    this.#seconds = this.#seconds.slice(this.#oldest);
    this.#firstNow -= this.#oldest;
    this.#oldest = 0;
  }

  #best(): number {
    const { total } = this.#now;
    if (this.#base.total < BASE_LEAST * total) return 0;
    let best = 0;
    for (const [reaction, count] of this.#now.byReaction) {
      if (count < 2) continue;
      const known = this.#base.byReaction.get(reaction) ?? 0;
      const share = (known + PRIOR_COUNT) / (this.#base.total + PRIOR);
      const score = 2 * (Math.sqrt(count) - Math.sqrt(Math.max(share * total, LEAST_EXPECTED)));
      if (score > best) best = score;
    }
    return best;
  }
}

function change(counts: Counts, second: SecondActivity, sign: 1 | -1): void {
  counts.total = Math.max(0, counts.total + sign * second.reactionWeight);
  for (const [reaction, weight] of second.reactions) {
    const count = (counts.byReaction.get(reaction) ?? 0) + sign * weight;
    if (count < 1e-6) counts.byReaction.delete(reaction);
    else if (counts.byReaction.size < REACTIONS_MAX || counts.byReaction.has(reaction)) {
      counts.byReaction.set(reaction, count);
    }
  }
}
