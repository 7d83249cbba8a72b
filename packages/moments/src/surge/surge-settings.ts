/** One set for every source, file or live. Times in seconds. The evidence for each value: docs/detection.md. */
export interface SurgeSettings {
  /** standard deviation of the Gaussian that smooths the rate */
  readonly smoothS: number;
  /** the base is the median of the smoothed rate over this long */
  readonly baseS: number;
  /** least score of a moment */
  readonly minScore: number;
  /** peaks nearer than this are one moment */
  readonly mergeS: number;
  /** the rise began, and a plateau ends, where the rate is at this share between base and peak */
  readonly edgeShare: number;
  /** how long before its rise in the chat a moment begins: what is seen comes before what is typed */
  readonly leadS: number;
  /** how long after the peak it ends */
  readonly tailS: number;
  /** a rate that stays above this share of the rise after the peak keeps the moment going */
  readonly plateauShare: number;
  readonly longestS: number;
  /** least score of one reaction's share for a moment whose rate rises little */
  readonly minMixScore: number;
  /** such a moment's rate must still have at least this score */
  readonly minMixRate: number;
  /** live: least score; higher, because the base knows the past only */
  readonly liveMinScore: number;
  /** live: the rate now is taken over this long */
  readonly liveWindowS: number;
  /** live: the rise is over at this share of its highest score … */
  readonly liveFallShare: number;
  /** … or after this long */
  readonly liveLongestS: number;
  /** live: nothing is announced before this much of the base is known */
  readonly coldStartS: number;
}

export const SURGE_SETTINGS: SurgeSettings = {
  smoothS: 5,
  baseS: 600,
  minScore: 4,
  mergeS: 40,
  edgeShare: 0.3,
  leadS: 12,
  tailS: 13,
  plateauShare: 0.9,
  longestS: 120,
  minMixScore: 6.5,
  minMixRate: 1,
  liveMinScore: 4.5,
  liveWindowS: 16,
  liveFallShare: 0.8,
  liveLongestS: 30,
  coldStartS: 120,
};
