import type { SecondActivity } from '../activity-of-messages/second-activity.ts';
import { emptySecond } from '../activity-of-messages/second-activity.ts';
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
  readonly #median: RunningMedian;
  readonly #past: RunningMedian;
  readonly #mix = new ReactionMix();
  readonly #settings: SurgeSettings;
  readonly #kept: SecondActivity[] = [];
  /** last second that is complete */
  last: number;
  #smoothed: number;
  #scored: number;

  constructor(first: number, settings: SurgeSettings) {
    this.first = first;
    this.last = first - 1;
    this.#smoothed = first - 1;
    this.#scored = first - 1;
    this.#settings = settings;
    this.reach = Math.ceil(4 * settings.smoothS);
    this.#kernel = Float64Array.from({ length: 2 * this.reach + 1 }, (_, index) =>
      Math.exp(-((index - this.reach) ** 2) / (2 * settings.smoothS ** 2)),
    );
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

  /** Activity of one second; those that had none in between must have been added as empty ones. */
  add(second: SecondActivity): void {
    this.last = second.second;
    this.weight.set(second.second, second.weight);
    this.#kept[second.second & (KEPT_S - 1)] = second;
    this.mix.set(second.second, this.#mix.add(second));
    while (this.#smoothed + this.reach < this.last) this.#smoothNext();
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
    return kept?.second === second ? kept : emptySecond(second);
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
    let sum = 0;
    let norm = 0;
    const from = Math.max(this.first, second - this.reach);
    const to = Math.min(this.last, second + this.reach);
    for (let other = from; other <= to; other += 1) {
      const share = this.#kernel[other - second + this.reach] ?? 0;
      sum += share * this.weight.get(other);
      norm += share;
    }
    this.rate.set(second, sum / norm);
    this.#smoothed = second;
    this.#past.add(this.rate.get(second));
    const gone = second - this.#settings.baseS;
    if (gone >= this.first) this.#past.remove(this.rate.get(gone));
  }

  #scoreNext(): void {
    const second = this.#scored + 1;
    const half = this.#settings.baseS / 2;
    const to = Math.min(this.#smoothed, second + half);
    const from = second === this.first ? this.first : Math.min(this.#smoothed, second - 1 + half) + 1;
    for (let other = from; other <= to; other += 1) this.#median.add(this.rate.get(other));
    const gone = second - 1 - half;
    if (gone >= this.first) this.#median.remove(this.rate.get(gone));
    const base = this.#median.value;
    this.base.set(second, base);
    this.score.set(second, this.#scoreOf(this.rate.get(second), base));
    this.#scored = second;
  }

  #scoreOf(rate: number, base: number): number {
    return countScore(rate * this.effectiveS, base * this.effectiveS, this.#settings.restlessness);
  }
}
