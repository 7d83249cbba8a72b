import type { MomentReasons } from './explain-moment.ts';

/** A moment of a broadcast, as `surge` sees it. Times are seconds of stream time. */
export interface SurgeMoment {
  /** second at which it was found first: with the channel it makes the identity */
  readonly openedAt: number;
  /** `rising`: it goes on, the range is a first guess; `confirmed`: the last word */
  readonly state: 'rising' | 'confirmed';
  readonly start: number;
  readonly end: number;
  readonly peak: number;
  /** standard deviations of a count above the channel's own last minutes */
  readonly score: number;
  /** stream time at which this is said; offline that is after the fact */
  readonly at: number;
  readonly reasons: MomentReasons;
}
