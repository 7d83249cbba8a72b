import type { FoundMoment } from '../found-moment.ts';
import type { AudienceSeries } from './audience-series.ts';
import type { Peak } from './find-peaks.ts';
import type { SurgeSettings } from './surge-settings.ts';

/** The onset is searched for at most this many seconds before the peak. */
const RISE_MAX_S = 90;
/** The share of a reaction is taken over the 16 s before its peak. */
const MIX_RISE_S = 16;

/** Range of a moment around a peak: from before its onset to after its peak, or to the end of its plateau. */
export function cutMoment(
  series: AudienceSeries,
  peak: Peak,
  base: number,
  settings: SurgeSettings,
): Pick<FoundMoment, 'start' | 'end'> {
  const { edgeShare, plateauShare, leadS, tailS, longestS } = settings;
  const top = series.rate.get(peak.second);
  const onset =
    peak.by === 'mix' ? peak.second - MIX_RISE_S : onsetOf(series, peak.second, base + edgeShare * (top - base));
  const start = Math.max(series.first, onset - leadS);
  const plateau = base + plateauShare * (top - base);
  let end = peak.second;
  while (end - start < longestS && end < series.last && series.rate.get(end + 1) > plateau) end += 1;
  const latest = Math.min(start + longestS, series.last + 1);
  const tail = peak.by === 'mix' ? 0 : tailS;
  return { start, end: Math.min(Math.max(end, peak.second + tail), Math.max(latest, peak.second)) };
}

function onsetOf(series: AudienceSeries, peak: number, level: number): number {
  let onset = peak;
  while (onset > series.first && peak - onset < RISE_MAX_S && series.rate.get(onset - 1) > level) onset -= 1;
  return onset;
}
