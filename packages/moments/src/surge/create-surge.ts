import type { SecondActivity } from '../activity-of-messages/second-activity.ts';
import { AudienceSeries } from './audience-series.ts';
import { AfterwardsDetector } from './detect-afterwards.ts';
import { LiveDetector } from './detect-live.ts';
import type { FoundMoment } from '../found-moment.ts';
import { SURGE_SETTINGS, type SurgeSettings } from './surge-settings.ts';

/** A longer silence ends a broadcast: the seconds after it begin with an empty base. */
const LONGEST_SILENCE_S = 3_600;

export interface SurgeOptions {
  /** `afterwards` uses the seconds after a moment too, which gives the best ranges; `live` answers at once */
  readonly mode: 'afterwards' | 'live';
  readonly settings?: Partial<SurgeSettings>;
}

/** The detector of one broadcast. Pure: the same seconds give the same moments. */
export interface Surge {
  /** Adds the next second with activity; silent seconds may be left out. @throws RangeError when time goes back */
  add(second: SecondActivity): FoundMoment[];
  /** Adds silence up to and including this second; a live clock calls it. */
  advance(second: number): FoundMoment[];
  /** Ends the broadcast. */
  end(): FoundMoment[];
}

export function createSurge({ mode, settings }: SurgeOptions): Surge {
  const inForce = { ...SURGE_SETTINGS, ...settings };
  let run: Run | undefined;
  const start = (second: number) => (run = startRun(second, mode, inForce));
  const fill = (current: Run, until: number): FoundMoment[] => {
    const moments: FoundMoment[] = [];
    while (current.series.last < until) {
      current.series.pass();
      current.detector.advance(moments);
    }
    return moments;
  };
  const advance = (second: number): FoundMoment[] => {
    if (!run || second <= run.series.last) return [];
    return fill(run, Math.min(second, run.series.last + LONGEST_SILENCE_S));
  };
  return {
    add(second) {
      if (run && second.second <= run.series.last) {
        throw new RangeError(`second ${second.second} came after second ${run.series.last}`);
      }
      if (run && second.second - run.series.last > LONGEST_SILENCE_S) {
        const moments = [...fill(run, run.series.last + LONGEST_SILENCE_S), ...finish(run)];
        const next = start(second.second);
        next.series.add(second);
        next.detector.advance(moments);
        return moments;
      }
      const current = run ?? start(second.second);
      const moments = fill(current, second.second - 1);
      current.series.add(second);
      current.detector.advance(moments);
      return moments;
    },
    advance,
    end() {
      const moments = run ? finish(run) : [];
      run = undefined;
      return moments;
    },
  };
}

interface Run {
  readonly series: AudienceSeries;
  readonly detector: { advance(moments: FoundMoment[]): void; end(): FoundMoment[] };
}

function startRun(second: number, mode: SurgeOptions['mode'], settings: SurgeSettings): Run {
  const series = new AudienceSeries(second, settings);
  const Detector = mode === 'live' ? LiveDetector : AfterwardsDetector;
  return { series, detector: new Detector(series, settings) };
}

function finish({ series, detector }: Run): FoundMoment[] {
  series.end();
  return detector.end();
}
