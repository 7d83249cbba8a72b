import { type SecondActivity, silentSecond } from '../activity-of-messages/second-activity.ts';
import { countScore } from './count-score.ts';
import { ReactionMix } from './reaction-mix.ts';
import { RunningMedian } from './running-median.ts';
import { SecondRing } from './second-ring.ts';
import type { SurgeSettings } from './surge-settings.ts';

/**
 * Full activity is kept for this many seconds, because a moment half an hour later can make a weak one count, and the
 * weak one is explained only then.
 */
const KEPT_S = 4_096;

/**
 * The series that both detectors read. Second `i` gets its smoothed rate when second `i + reach` is known, and its
 * centred base half a base length later. The live base at `t` is the median over the smoothed seconds up to
 * `t - reach`.
 */
export class AudienceSeries {
  readonly first: number;
  /** half width of the Gaussian, seconds */
  readonly reach: number;
  readonly weight = new SecondRing();
  readonly rate = new SecondRing();
  /** centred median of `rate` */
  readonly base = new SecondRing();
  /** variance-stabilised difference of rate and base */
  readonly score = new SecondRing();
  /** score of the reaction whose share rose most */
  readonly mix = new SecondRing();
  readonly #kernel: Float64Array;
  /** sum of the whole kernel, added in the same order as in `#smoothRate` */
  readonly #norm: number;
  readonly #median: RunningMedian;
  readonly #past: RunningMedian;
  readonly #mix = new ReactionMix();
  readonly #settings: SurgeSettings;
  readonly #kept: (SecondActivity | undefined)[] = [];
  /** last second that is complete */
  last: number;
  /** last second with a weight */
  #weighty: number;
  #smoothed: number;
  #scored: number;

  constructor(first: number, settings: SurgeSettings) {
    this.first = first;
    this.last = first - 1;
    this.#weighty = first - 1;
    this.#smoothed = first - 1;
    this.#scored = first - 1;
    this.#settings = settings;
    this.reach = Math.ceil(4 * settings.smoothS);
    this.#kernel = Float64Array.from({ length: 2 * this.reach + 1 }, (_, index) =>
      Math.exp(-((index - this.reach) ** 2) / (2 * settings.smoothS ** 2)),
    );
    this.#norm = this.#kernel.reduce((sum, share) => sum + share, 0);
    this.#median = new RunningMedian(settings.baseS);
    this.#past = new RunningMedian(settings.baseS);
  }

  /** Last second that has a score. */
  get scored(): number {
    return this.#scored;
  }

  /** Rate to compare the present with, from seconds at least `reach` ago; 0 while there are none. */
  get pastBase(): number {
    return this.#past.value;
  }

  get pastBaseSeconds(): number {
    return this.#past.size;
  }

  /** Number of independent messages for a smoothed rate of 1/s. */
  get effectiveS(): number {
    return 2 * Math.sqrt(Math.PI) * this.#settings.smoothS;
  }

  /** Adds the next second. Silent seconds before it must have been added by `pass`. */
  add(second: SecondActivity): void {
    if (second.weight !== 0) this.#weighty = second.second;
    this.#next(second.weight, this.#mix.add(second), second);
  }

  /** Adds the next second, which is silent. */
  pass(): void {
    this.#next(0, this.#mix.pass(this.last + 1), undefined);
  }

  #next(weight: number, mix: number, activity: SecondActivity | undefined): void {
    const second = activity?.second ?? this.last + 1;
    this.last = second;
    this.weight.set(second, weight);
    this.#kept[second & (KEPT_S - 1)] = activity;
    this.mix.set(second, mix);
    while (this.#smoothed + this.reach < second) this.#smoothNext();
    const ahead = this.#settings.baseS / 2;
    while (this.#scored + ahead < this.#smoothed) this.#scoreNext();
  }

  /** Called at the end: the last minutes are judged without the seconds that would follow. */
  end(): void {
    while (this.#smoothed < this.last) this.#smoothNext();
    while (this.#scored < this.last) this.#scoreNext();
  }

  activity(second: number): SecondActivity {
    const kept = this.#kept[second & (KEPT_S - 1)];
    return kept?.second === second ? kept : silentSecond(second);
  }

  /** The kept seconds from `from` to `to`, both included. */
  activities(from: number, to: number): SecondActivity[] {
    const first = Math.max(this.first, from, this.last - KEPT_S + 1);
    const kept: SecondActivity[] = [];
    for (let second = first; second <= Math.min(to, this.last); second += 1) kept.push(this.activity(second));
    return kept;
  }

  #smoothNext(): void {
    const second = this.#smoothed + 1;
    const rate = this.#smoothRate(second);
    this.rate.set(second, rate);
    this.#smoothed = second;
    const gone = second - this.#settings.baseS;
    if (gone >= this.first) this.#past.replace(this.rate.get(gone), rate);
    else this.#past.add(rate);
  }

  #smoothRate(second: number): number {
    const from = Math.max(this.first, second - this.reach);
    if (this.#weighty < from) return 0;
    const to = Math.min(this.last, second + this.reach);
    const kernel = this.#kernel;
    const offset = this.reach - second;
    const isWhole = to - from === 2 * this.reach;
    let sum = 0;
    for (let other = from; other <= to; other += 1) {
      const weight = this.weight.get(other);
      if (weight !== 0) sum += (kernel[other + offset] ?? 0) * weight;
    }
    if (isWhole) return sum / this.#norm;
    let norm = 0;
    for (let other = from; other <= to; other += 1) norm += kernel[other + offset] ?? 0;
    return sum / norm;
  }

  #scoreNext(): void {
    const second = this.#scored + 1;
    const half = this.#settings.baseS / 2;
    const to = Math.min(this.#smoothed, second + half);
    const from = second === this.first ? this.first : Math.min(this.#smoothed, second - 1 + half) + 1;
    const gone = second - 1 - half;
    if (gone >= this.first && from === to) this.#median.replace(this.rate.get(gone), this.rate.get(to));
    else {
      for (let other = from; other <= to; other += 1) this.#median.add(this.rate.get(other));
      if (gone >= this.first) this.#median.remove(this.rate.get(gone));
    }
    const base = this.#median.value;
    this.base.set(second, base);
    this.score.set(second, this.#scoreOf(this.rate.get(second), base));
    this.#scored = second;
  }

  #scoreOf(rate: number, base: number): number {
    return countScore(rate * this.effectiveS, base * this.effectiveS, this.#settings.restlessness);
  }
}
