import type { AudienceSeries } from './audience-series.ts';
import { countScore } from './audience-series.ts';
import { explainMoment } from './explain-moment.ts';
import type { SurgeMoment } from './surge-moment.ts';
import type { SurgeSettings } from './surge-settings.ts';

/** Onsets are looked for this far back, seconds. */
const RISE_MAX_S = 90;
const ONSET_WINDOW_S = 6;

interface Rise {
  readonly openedAt: number;
  readonly base: number;
  /** end of the window with the highest score, that score and its rate */
  top: number;
  score: number;
  rate: number;
}

/** Says what it sees with the seconds so far and nothing else: a moment rises, then it is confirmed with its cut. */
export class LiveDetector {
  readonly #series: AudienceSeries;
  readonly #settings: SurgeSettings;
  #rise: Rise | undefined;
  /** the moment before, which goes on in the chat for a while */
  #previous: { readonly top: number; readonly score: number } | undefined;

  constructor(series: AudienceSeries, settings: SurgeSettings) {
    this.#series = series;
    this.#settings = settings;
  }

  /** After each second of the series. */
  advance(): SurgeMoment[] {
    const series = this.#series;
    const { liveWindowS, coldStartS } = this.#settings;
    if (series.pastBaseSeconds < coldStartS) return [];
    const now = series.last;
    const count = this.#count(now, liveWindowS);
    const base = this.#rise?.base ?? series.pastBase;
    const score = countScore(count, base * liveWindowS);
    if (!this.#rise) return this.#open(now, score, base);
    return this.#follow(this.#rise, now, { score, rate: count / liveWindowS });
  }

  end(): SurgeMoment[] {
    return this.#rise ? this.#close(this.#rise) : [];
  }

  #open(now: number, score: number, base: number): SurgeMoment[] {
    if (score < this.#settings.liveMinScore || this.#belongsToPrevious(now, score)) return [];
    const rise: Rise = { openedAt: now, base, top: now, score, rate: this.#rateOf(now) };
    this.#rise = rise;
    return [this.#moment(rise, 'rising')];
  }

  #belongsToPrevious(now: number, score: number): boolean {
    if (!this.#previous) return false;
    return now - this.#previous.top < this.#settings.mergeS && score <= this.#previous.score;
  }

  #follow(rise: Rise, now: number, { score, rate }: { score: number; rate: number }): SurgeMoment[] {
    if (score > rise.score) {
      rise.score = score;
      rise.rate = rate;
      rise.top = now;
    }
    const isOver = score <= this.#settings.liveFallShare * rise.score;
    const isLong = now - rise.openedAt >= this.#settings.liveLongestS;
    return isOver || isLong ? this.#close(rise) : [];
  }

  #close(rise: Rise): SurgeMoment[] {
    this.#rise = undefined;
    this.#previous = { top: rise.top, score: rise.score };
    return [this.#moment(rise, 'confirmed')];
  }

  #moment(rise: Rise, state: SurgeMoment['state']): SurgeMoment {
    const { leadS, tailS, longestS, liveWindowS, edgeShare } = this.#settings;
    const peak = Math.round(rise.top - liveWindowS / 2);
    const onset = this.#onset(peak, rise.base + edgeShare * (rise.rate - rise.base));
    const start = Math.max(this.#series.first, onset - leadS);
    const end = Math.min(start + longestS, Math.max(peak + tailS, start + 1), this.#series.last + 1);
    return {
      openedAt: rise.openedAt,
      state,
      start,
      end,
      peak: Math.min(peak, end),
      score: rise.score,
      at: this.#series.last + 1,
      reasons: explainMoment(this.#series, { start, end }),
    };
  }

  #onset(peak: number, level: number): number {
    let onset = peak;
    while (onset > this.#series.first && peak - onset < RISE_MAX_S && this.#around(onset - 1) > level) onset -= 1;
    return onset;
  }

  /** Rate around a second, as far as it is known. */
  #around(second: number): number {
    const to = Math.min(this.#series.last, second + ONSET_WINDOW_S);
    const from = second - ONSET_WINDOW_S;
    return this.#count(to, to - from + 1) / (to - from + 1);
  }

  #rateOf(now: number): number {
    return this.#count(now, this.#settings.liveWindowS) / this.#settings.liveWindowS;
  }

  #count(to: number, length: number): number {
    let sum = 0;
    for (let second = Math.max(this.#series.first, to - length + 1); second <= to; second += 1) {
      sum += this.#series.weight.get(second);
    }
    return sum;
  }
}
