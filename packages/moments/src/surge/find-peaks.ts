import type { AudienceSeries } from './audience-series.ts';
import type { SurgeSettings } from './surge-settings.ts';

/** Where the audience rose. */
export interface Peak {
  readonly second: number;
  readonly score: number;
  /** what rose: the rate, or the share of one reaction */
  readonly by: 'rate' | 'mix';
}

/** A cluster of peaks is decided at the latest when it is this long, seconds. */
const CLUSTER_S = 900;
const NONE: readonly Peak[] = [];

/** Collects peaks in order of time and decides which of those that lie close together stand. */
export class PeakChoice {
  readonly #settings: SurgeSettings;
  #cluster: Peak[] = [];

  constructor(settings: SurgeSettings) {
    this.#settings = settings;
  }

  /** @returns the peaks that are decided now, in order of time */
  add(peak: Peak): readonly Peak[] {
    const decided = this.passed(peak.second);
    this.#cluster.push(peak);
    return decided;
  }

  /** No peak before `second` will follow. */
  passed(second: number): readonly Peak[] {
    const newest = this.#cluster.at(-1);
    const oldest = this.#cluster[0];
    if (!newest || !oldest) return NONE;
    const isOpen = second - newest.second < this.#settings.mergeS && second - oldest.second < CLUSTER_S;
    return isOpen ? NONE : this.end();
  }

  end(): Peak[] {
    // Where the rate rises enough, a reaction's share says nothing more.
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

/** Whether the rate rose, but not enough to be believed alone. */
export function isWeak({ by, score }: Peak, { minScore }: SurgeSettings): boolean {
  return by === 'rate' && score < minScore;
}

/** The peak at a second whose neighbours are scored, if there is one. */
export function peakAt(series: AudienceSeries, second: number, settings: SurgeSettings): Peak | undefined {
  const score = series.score.get(second);
  const weakScore = settings.weakShare * settings.minScore;
  const byRate = score >= weakScore && isTop(series.score, second);
  if (byRate && score >= settings.minScore) return { second, score, by: 'rate' };
  const mix = series.mix.get(second);
  if (mix < settings.minMixScore || score < settings.minMixRate || !isTop(series.mix, second)) {
    return byRate ? { second, score, by: 'rate' } : undefined;
  }
  // On the scale of the rate's scores a quiet moment stands at the end of the list.
  return { second, score: (weakScore / 2) * (1 + mix / settings.minMixScore), by: 'mix' };
}

function isTop(ring: { get(second: number): number }, second: number): boolean {
  const value = ring.get(second);
  return value >= ring.get(second - 1) && value > ring.get(second + 1);
}
