import type { AudienceSeries } from './audience-series.ts';
import { cutMoment } from './cut-moment.ts';
import { explainMoment } from './explain-moment.ts';
import { isWeak, type Peak, peakAt, PeakChoice } from './find-peaks.ts';
import { withoutFlood } from './flags-of-activity.ts';
import type { FoundMoment } from '../found-moment.ts';
import type { SurgeSettings } from './surge-settings.ts';
import { WeakPeaks } from './weak-peaks.ts';

/** Judges each second when the minutes after it are known. For files. */
export class AfterwardsDetector {
  readonly #series: AudienceSeries;
  readonly #settings: SurgeSettings;
  readonly #choice: PeakChoice;
  readonly #weak: WeakPeaks;
  #judged: number;

  constructor(series: AudienceSeries, settings: SurgeSettings) {
    this.#series = series;
    this.#settings = settings;
    this.#choice = new PeakChoice(settings);
    this.#weak = new WeakPeaks(settings);
    this.#judged = series.first;
  }

  /** Called after each second of the series; adds new moments to `moments`. */
  advance(moments: FoundMoment[]): void {
    // A peak is recognised when the second after it is scored.
    while (this.#judged + 1 < this.#series.scored) {
      this.#judged += 1;
      const peak = peakAt(this.#series, this.#judged, this.#settings);
      const decided = peak ? this.#choice.add(peak) : this.#choice.passed(this.#judged);
      if (decided.length > 0) moments.push(...this.#count(decided));
    }
  }

  end(): FoundMoment[] {
    const moments: FoundMoment[] = [];
    this.advance(moments);
    moments.push(...this.#count(this.#choice.end()));
    return moments;
  }

  #count(peaks: readonly Peak[]): FoundMoment[] {
    return peaks.flatMap((peak) => {
      if (isWeak(peak, this.#settings)) return this.#weak.add(peak).map((believed) => this.#moment(believed));
      const moment = this.#moment(peak);
      const believed = this.#weak.keepCompany({ second: peak.second, score: moment.score });
      return [...believed.map((weak) => this.#moment(weak)), moment];
    });
  }

  #moment(peak: Peak): FoundMoment {
    const cut = cutMoment(this.#series, peak, this.#series.base.get(peak.second), this.#settings);
    const reasons = explainMoment(this.#series, cut);
    return {
      openedAt: cut.start,
      state: 'confirmed',
      ...cut,
      peak: peak.second,
      score: withoutFlood(peak.score, reasons.flags),
      at: this.#series.last + 1,
      reasons,
    };
  }
}
