/** One set for every source, file or live. Times in seconds. The evidence for each value: docs/detection.md. */
export interface SurgeSettings {
  /** standard deviation of the Gaussian that smooths the rate */
  readonly smoothS: number;
  /** the base is the median of the smoothed rate over this long */
  readonly baseS: number;
  /** variance of an audience's rate while nothing happens, as a share of its square: chats vary more than chance */
  readonly restlessness: number;
  /** least score of a moment that stands alone */
  readonly minScore: number;
  /** a weaker one has at least this share of the score … */
  readonly weakShare: number;
  /** … of this many that could stand alone … */
  readonly company: number;
  /** … within this long before or after it */
  readonly companyS: number;
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
  /** live: the rate now is taken over each of these; the highest score counts, the shortest tells when the rise is over */
  readonly liveWindowsS: readonly [number, number, number];
  /** live: nothing is announced before this much of the base is known */
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
  liveWindowsS: [20, 10, 5],
  coldStartS: 120,
};
