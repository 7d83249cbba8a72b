import type { SecondActivity } from '../activity-of-messages/second-activity.ts';

const NOW_S = 16;
const BASE_S = 600;
/** Weight of the assumption that an unseen reaction is rare. It keeps the first minutes quiet. */
const PRIOR = 20;
const PRIOR_COUNT = 0.5;
/** The base must hold this many times the weight of the last 16 s. Until then there is no score. */
const BASE_LEAST = 8;
/** Lower bound of expected counts. Without it one message would be a surge. */
const LEAST_EXPECTED = 0.25;
/** A reaction with less weight than this in the last 16 s gets no score. */
const LEAST_NOW = 2;
const REACTIONS_MAX = 20_000;

/** Counts of one reaction. It is looked up by its name once a second; the seconds keep references to it. */
interface Reaction {
  readonly name: string;
  now: number;
  base: number;
  /** number of seconds inside the spans with this reaction */
  seconds: number;
}

/** A second inside the spans, with its reactions and their weights. */
interface Entered {
  readonly second: number;
  readonly weight: number;
  readonly reactions: readonly Reaction[];
  readonly weights: readonly number[];
}

interface Counts {
  total: number;
  /** number of reactions with a count */
  size: number;
}

/**
 * Scores how much larger the share of one reaction is in the last 16 s than in the last 10 min, as a count score. It
 * finds moments at which the mood changes while the rate hardly rises. It uses past seconds only.
 */
export class ReactionMix {
  readonly #known = new Map<string, Reaction>();
  readonly #now: Counts = { total: 0, size: 0 };
  readonly #base: Counts = { total: 0, size: 0 };
  /** the reactions with at least `LEAST_NOW`; mostly empty */
  readonly #loud: Reaction[] = [];
  /** the seconds inside the base, oldest first; only those with reactions */
  #seconds: Entered[] = [];
  #oldest = 0;
  #firstNow = 0;

  /** @returns the highest score of a reaction in the 16 s that end with this second */
  add(second: SecondActivity): number {
    if (second.reactions.size > 0) this.#enter(second);
    return this.pass(second.second);
  }

  /** Like `add` of a second without reactions. */
  pass(second: number): number {
    this.#move(second);
    return this.#loud.length === 0 ? 0 : this.#best();
  }

  #enter(second: SecondActivity): void {
    const reactions: Reaction[] = [];
    const weights: number[] = [];
    add(this.#now, second.reactionWeight);
    for (const [name, weight] of second.reactions) {
      let reaction = this.#known.get(name);
      if (!reaction) this.#known.set(name, (reaction = { name, now: 0, base: 0, seconds: 0 }));
      reaction.seconds += 1;
      reactions.push(reaction);
      weights.push(weight);
      this.#addNow(reaction, weight);
    }
    this.#seconds.push({ second: second.second, weight: second.reactionWeight, reactions, weights });
  }

  #move(at: number): void {
    // A second enters the base when it leaves the last 16 s, so that a reaction is not compared with itself.
    for (let next = this.#seconds[this.#firstNow]; next && next.second <= at - NOW_S;) {
      this.#age(next);
      next = this.#seconds[++this.#firstNow];
    }
    for (let next = this.#seconds[this.#oldest]; next && next.second <= at - BASE_S;) {
      this.#leave(next);
      next = this.#seconds[++this.#oldest];
    }
    if (this.#oldest < BASE_S) return;
    this.#seconds = this.#seconds.slice(this.#oldest);
    this.#firstNow -= this.#oldest;
    this.#oldest = 0;
  }

  #age({ reactions, weight, weights }: Entered): void {
    add(this.#now, -weight);
    add(this.#base, weight);
    for (let index = 0; index < reactions.length; index += 1) {
      const reaction = reactions[index];
      if (!reaction) continue;
      this.#addNow(reaction, -(weights[index] ?? 0));
      this.#addBase(reaction, weights[index] ?? 0);
    }
  }

  #leave({ reactions, weight, weights }: Entered): void {
    add(this.#base, -weight);
    for (let index = 0; index < reactions.length; index += 1) {
      const reaction = reactions[index];
      if (!reaction) continue;
      this.#addBase(reaction, -(weights[index] ?? 0));
      reaction.seconds -= 1;
      if (reaction.seconds === 0 && reaction.now === 0 && reaction.base === 0) this.#known.delete(reaction.name);
    }
  }

  #addNow(reaction: Reaction, weight: number): void {
    const before = reaction.now;
    reaction.now = changed(this.#now, before, weight);
    if (before < LEAST_NOW === reaction.now < LEAST_NOW) return;
    if (before < LEAST_NOW) this.#loud.push(reaction);
    else this.#loud.splice(this.#loud.indexOf(reaction), 1);
  }

  #addBase(reaction: Reaction, weight: number): void {
    reaction.base = changed(this.#base, reaction.base, weight);
  }

  #best(): number {
    const { total } = this.#now;
    if (this.#base.total < BASE_LEAST * total) return 0;
    let best = 0;
    for (const { base, now } of this.#loud) {
      const share = (base + PRIOR_COUNT) / (this.#base.total + PRIOR);
      const score = 2 * (Math.sqrt(now) - Math.sqrt(Math.max(share * total, LEAST_EXPECTED)));
      if (score > best) best = score;
    }
    return best;
  }
}

function add(counts: Counts, weight: number): void {
  counts.total = Math.max(0, counts.total + weight);
}

/** Weights that were added and taken away again leave less than this. */
const NOTHING = 1e-6;

/** The count of a reaction after a change. A new reaction stays at 0 while there are too many. */
function changed(counts: Counts, before: number, weight: number): number {
  const count = before + weight;
  if (count < NOTHING) {
    if (before > 0) counts.size -= 1;
    return 0;
  }
  if (before > 0) return count;
  if (counts.size >= REACTIONS_MAX) return 0;
  counts.size += 1;
  return count;
}
