/**
 * Settings of `surge`, the same for files and live channels. Times are seconds. docs/detection.md has the evidence for
 * each value.
 */
export interface SurgeSettings {
  /** standard deviation of the Gaussian that smooths the rate */
  readonly smoothS: number;
  /** the base is the median of the smoothed rate over this long */
  readonly baseS: number;
  /**
   * variance of an audience's rate while nothing happens, as a share of the squared rate: chats vary more than by
   * chance
   */
  readonly restlessness: number;
  /** least score of a moment that stands alone */
  readonly minScore: number;
  /** a weaker moment needs at least this share of the score … */
  readonly weakShare: number;
  /** … of this many strong moments … */
  readonly company: number;
  /** … that are at most this far from it */
  readonly companyS: number;
  /** peaks nearer than this are one moment */
  readonly mergeS: number;
  /** a rise begins, and a plateau ends, where the rate is at this share between base and peak */
  readonly edgeShare: number;
  /** a moment begins this long before its rise in the chat, because viewers react after what they see */
  readonly leadS: number;
  /** a moment ends this long after its peak */
  readonly tailS: number;
  /** a rate that stays above this share of the rise after the peak keeps the moment going */
  readonly plateauShare: number;
  readonly longestS: number;
  /** least score of one reaction's share for a moment whose rate rises little */
  readonly minMixScore: number;
  /** such a moment's rate must still have at least this score */
  readonly minMixRate: number;
  /** live: least score; higher, because the live base holds past seconds only */
  readonly liveMinScore: number;
  /**
   * live: lengths of the windows of the present rate; the highest score counts, and the shortest window tells when the
   * rise is over
   */
  readonly liveWindowsS: readonly [number, number, number];
  /** live: nothing is announced before the base holds this many seconds */
  readonly coldStartS: number;
}

export const SURGE_SETTINGS: SurgeSettings = {
  smoothS: 5,
  baseS: 600,
  restlessness: 0.02,
  minScore: 3.5,
  weakShare: 1 / 3,
  company: 2,
  companyS: 1_800,
  mergeS: 40,
  edgeShare: 0.3,
  leadS: 12,
  tailS: 13,
  plateauShare: 0.9,
  longestS: 120,
  minMixScore: 6.5,
  minMixRate: 1,
  liveMinScore: 3.9,
  // oxlint-disable-next-line no-magic-numbers -- a setting like the others, with three values
  liveWindowsS: [20, 10, 5],
  coldStartS: 120,
};
