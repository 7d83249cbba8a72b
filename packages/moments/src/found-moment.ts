import type { MomentFlag, MomentKind } from '@ovation/protocol';
import type { SampleMessage } from './activity-of-messages/second-activity.ts';

/**
 * A moment of one broadcast, as a detector finds it in the activity of an audience. Times are seconds of stream time.
 * `Moment` of @ovation/protocol is what is published, stored and shown: docs/decisions/shape-of-a-moment.md.
 */
export interface FoundMoment {
  /** second in which it was found first; with the channel it makes the identity */
  readonly openedAt: number;
  /** `rising`: it goes on and the range is a first guess; `confirmed`: nothing changes any more */
  readonly state: 'rising' | 'confirmed';
  /** first second of the range */
  readonly start: number;
  /** the second behind the last one */
  readonly end: number;
  /** second in which it is strongest */
  readonly peak: number;
  /** standard deviations of a count above the channel's own last minutes */
  readonly score: number;
  /** stream time at which the detector says this; over a file that is after the fact */
  readonly at: number;
  readonly reasons: FoundReasons;
}

/** Why it is a moment. All of it can be counted again from the messages of the range and the 10 min before it. */
export interface FoundReasons {
  /** messages a second inside the range, and in the up to 10 min before it */
  readonly rate: { readonly now: number; readonly base: number };
  /** messages inside the range */
  readonly messages: number;
  /** different known authors inside the range, without bots */
  readonly authors: number;
  /** the three reactions with the most weight inside the range */
  readonly reactions: readonly { readonly reaction: string; readonly count: number }[];
  /** up to three messages of the range that say different things */
  readonly samples: readonly SampleMessage[];
  readonly kind: MomentKind;
  readonly flags: readonly MomentFlag[];
}

/** Where a moment begins, is strongest and ends. */
export type FoundRange = Pick<FoundMoment, 'start' | 'peak' | 'end'>;

/** What the evaluation takes of a moment, and the format of files of detections. */
export type Detection = Pick<FoundMoment, 'start' | 'end' | 'score'> & Partial<Pick<FoundMoment, 'peak' | 'at'>>;
