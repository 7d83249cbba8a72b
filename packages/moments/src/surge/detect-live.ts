import type { AudienceSeries } from './audience-series.ts';
import { explainMoment } from './explain-moment.ts';
import { withoutFlood } from './flags-of-activity.ts';
import { endRise, followRise, noRise, type RiseNews } from './follow-rise.ts';
import type { FoundMoment } from '../found-moment.ts';
import type { SurgeSettings } from './surge-settings.ts';

/** Judges by the seconds so far only: a moment is first `rising` and later `confirmed` with its range. */
export class LiveDetector {
  readonly #series: AudienceSeries;
  readonly #settings: SurgeSettings;
  readonly #state = noRise();

  constructor(series: AudienceSeries, settings: SurgeSettings) {
    this.#series = series;
    this.#settings = settings;
  }

  /** Called after each second of the series; adds new moments to `moments`. */
  advance(moments: FoundMoment[]): void {
    const news = followRise(this.#state, this.#series, this.#settings);
    if (news) moments.push(this.#explain(news));
  }

  end(): FoundMoment[] {
    const news = endRise(this.#state, this.#series, this.#settings);
    return news ? [this.#explain(news)] : [];
  }

  #explain(news: RiseNews): FoundMoment {
    const reasons = explainMoment(this.#series, news);
    return { ...news, score: withoutFlood(news.score, reasons.flags), reasons };
  }
}
