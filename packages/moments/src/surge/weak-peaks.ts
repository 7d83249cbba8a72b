import type { Peak } from './find-peaks.ts';
import type { SurgeSettings } from './surge-settings.ts';

type Height = Pick<Peak, 'second' | 'score'>;

/**
 * Holds weak peaks back until there are enough strong moments near them. So weak peaks count in an audience that
 * reacts, and not in one to which nothing happens. It keeps the weak peaks of half an hour and the strong ones of an
 * hour.
 */
export class WeakPeaks {
  readonly #settings: SurgeSettings;
  #weak: Peak[] = [];
  #strong: Height[] = [];

  constructor(settings: SurgeSettings) {
    this.#settings = settings;
  }

  /** Adds a weak peak; peaks and strong moments come in order of time. @returns the weak peaks that count now */
  add(peak: Peak): Peak[] {
    this.#forget(peak.second);
    this.#weak.push(peak);
    return this.#believed();
  }

  /** Adds a strong moment. @returns the weak peaks that count now */
  keepCompany(strong: Height): Peak[] {
    this.#forget(strong.second);
    if (strong.score >= this.#settings.minScore) this.#strong.push(strong);
    return this.#believed();
  }

  #forget(now: number): void {
    const { companyS } = this.#settings;
    this.#weak = this.#weak.filter(({ second }) => now - second < companyS);
    this.#strong = this.#strong.filter(({ second }) => now - second < 2 * companyS);
  }

  #believed(): Peak[] {
    const { company, companyS, weakShare } = this.#settings;
    const isNear = (weak: Peak) => (strong: Height) =>
      Math.abs(strong.second - weak.second) < companyS && weak.score >= weakShare * strong.score;
    const believed = this.#weak.filter((weak) => this.#strong.filter(isNear(weak)).length >= company);
    if (believed.length > 0) this.#weak = this.#weak.filter((weak) => !believed.includes(weak));
    return believed;
  }
}
