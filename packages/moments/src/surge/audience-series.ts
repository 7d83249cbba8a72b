import type { SecondActivity } from '../activity-of-messages/second-activity.ts';
import { silentSecond } from '../activity-of-messages/second-activity.ts';
import { countScore } from './count-score.ts';
import { ReactionMix } from './reaction-mix.ts';
import { RunningMedian } from './running-median.ts';
import { SecondRing } from './second-ring.ts';
import type { SurgeSettings } from './surge-settings.ts';

/** Seconds of full activity that are kept: a weak moment is explained when one half an hour later makes it count. */
const KEPT_S = 4_096;

/**
 * The series that both detectors read. Second `i` gets its smoothed rate when `i + reach` is known and its centred base
 * half a base length later; the live base at `t` is the median over the smoothed seconds up to `t - reach`.
 */
export class AudienceSeries {
  readonly first: number;
  /** how far the Gaussian looks ahead, seconds */
  readonly reach: number;
  readonly weight = new SecondRing();
  readonly rate = new SecondRing();
  /** centred median of `rate` */
  readonly base = new SecondRing();
  /** variance-stabilised difference of rate and base */
  readonly score = new SecondRing();
  /** the like for the one reaction that rose most */
  readonly mix = new SecondRing();
  readonly #kernel: Float64Array;
  /** sum of the kernel, added up as for a second with all its neighbours */
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
    this.#median = new RunningMedian(settings.baseS + 8);
    this.#past = new RunningMedian(settings.baseS + 8);
  }

  /** Last second that has a score. */
  get scored(): number {
    return this.#scored;
  }

  /** Rate to compare with now, from what lies at least `reach` back; 0 while nothing does. */
  get pastBase(): number {
    return this.#past.value;
  }

  get pastBaseSeconds(): number {
    return this.#past.size;
  }

  /** How many independent messages the smoothed rate of 1/s stands for. */
  get effectiveS(): number {
    return 2 * Math.sqrt(Math.PI) * this.#settings.smoothS;
  }

  /** Activity of one second; those that had none in between must have been told by `pass`. */
  add(second: SecondActivity): void {
    if (second.weight !== 0) this.#weighty = second.second;
    this.#next(second.weight, this.#mix.add(second), second);
  }

  /** The next second, in which nothing was written. */
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

  /** Nothing follows: the last minutes are judged by what there is. */
  end(): void {
    while (this.#smoothed < this.last) this.#smoothNext();
    while (this.#scored < this.last) this.#scoreNext();
  }

  activity(second: number): SecondActivity {
    const kept = this.#kept[second & (KEPT_S - 1)];
    return kept?.second === second ? kept : silentSecond(second);
  }

  /** The seconds from `from` to `to`, both included, as far as they are kept. */
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
