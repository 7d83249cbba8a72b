import type { SurgeMoment } from './surge-moment.ts';
import type { SurgeSettings } from './surge-settings.ts';

/**
 * Holds weak moments back until enough strong ones are known near them: an audience that reacts is believed sooner, and
 * one to which nothing happens is not. Keeps no more than the weak moments of half an hour and the strong ones of one.
 */
export class WeakMoments {
  readonly #settings: SurgeSettings;
  #weak: SurgeMoment[] = [];
  #strong: SurgeMoment[] = [];

  constructor(settings: SurgeSettings) {
    this.#settings = settings;
  }

  /**
   * In order of their peaks.
   * @param isWeak whether it counts in company only
   * @returns what counts now: this one, and earlier ones that it keeps company
   */
  add(moment: SurgeMoment, isWeak: boolean): SurgeMoment[] {
    const { minScore, company, companyS } = this.#settings;
    this.#weak = this.#weak.filter(({ peak }) => moment.peak - peak < companyS);
    this.#strong = this.#strong.filter(({ peak }) => moment.peak - peak < 2 * companyS);
    if (isWeak) this.#weak.push(moment);
    else if (moment.score >= minScore) this.#strong.push(moment);
    const believed = this.#weak.filter((weak) => this.#companyOf(weak) >= company);
    this.#weak = this.#weak.filter((weak) => !believed.includes(weak));
    return isWeak ? believed : [...believed, moment];
  }

  #companyOf({ peak, score }: SurgeMoment): number {
    const { companyS, weakShare } = this.#settings;
    return this.#strong.filter((strong) => Math.abs(strong.peak - peak) < companyS && score >= weakShare * strong.score)
      .length;
  }
}
