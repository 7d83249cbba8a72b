import type { AudienceSeries } from './audience-series.ts';
import type { SurgeSettings } from './surge-settings.ts';

/** A second at which the audience rose most. */
export interface Peak {
  readonly second: number;
  readonly score: number;
  /** the measure that rose: the rate, or the share of one reaction */
  readonly by: 'rate' | 'mix';
}

/** A cluster of peaks that is this long is decided without waiting further, seconds. */
const CLUSTER_S = 900;
const NONE: readonly Peak[] = [];

/** Collects peaks in order of time and decides which peaks of a cluster are kept. */
export class PeakChoice {
  readonly #settings: SurgeSettings;
  #cluster: Peak[] = [];

  constructor(settings: SurgeSettings) {
    this.#settings = settings;
  }

  /** @returns the peaks that this call decides, in order of time */
  add(peak: Peak): readonly Peak[] {
    const decided = this.passed(peak.second);
    this.#cluster.push(peak);
    return decided;
  }

  /** Tells that no peak before `second` will follow. */
  passed(second: number): readonly Peak[] {
    const newest = this.#cluster.at(-1);
    const oldest = this.#cluster[0];
    if (!newest || !oldest) return NONE;
    const isOpen = second - newest.second < this.#settings.mergeS && second - oldest.second < CLUSTER_S;
    return isOpen ? NONE : this.end();
  }

  end(): Peak[] {
    // Peaks of the rate come before peaks of a reaction's share, and weak peaks come last.
    const place = (peak: Peak) => (isWeak(peak, this.#settings) ? 2 : Number(peak.by === 'mix'));
    const ranked = this.#cluster.toSorted((a, b) => place(a) - place(b) || b.score - a.score || a.second - b.second);
    this.#cluster = [];
    const kept: Peak[] = [];
    for (const peak of ranked) {
      if (kept.every((other) => Math.abs(other.second - peak.second) >= this.#settings.mergeS)) kept.push(peak);
    }
    return kept.toSorted((a, b) => a.second - b.second);
  }
}

/** Whether the rate rose, but too little to be a moment without others near it. */
export function isWeak({ by, score }: Peak, { minScore }: SurgeSettings): boolean {
  return by === 'rate' && score < minScore;
}

/** The peak at a second, if there is one. The seconds before and after it must be scored. */
export function peakAt(series: AudienceSeries, second: number, settings: SurgeSettings): Peak | undefined {
  const score = series.score.get(second);
  const weakScore = settings.weakShare * settings.minScore;
  const byRate = score >= weakScore && isTop(series.score, second);
  if (byRate && score >= settings.minScore) return { second, score, by: 'rate' };
  const mix = series.mix.get(second);
  if (mix < settings.minMixScore || score < settings.minMixRate || !isTop(series.mix, second)) {
    return byRate ? { second, score, by: 'rate' } : undefined;
  }
  // Puts the score on the scale of the rate's scores, low enough that a quiet moment ranks last.
  return { second, score: (weakScore / 2) * (1 + mix / settings.minMixScore), by: 'mix' };
}

function isTop(ring: { get(second: number): number }, second: number): boolean {
  const value = ring.get(second);
  return value >= ring.get(second - 1) && value > ring.get(second + 1);
}
