/** What a time of a log says. Which moment of the stream it means is decided by `LogClock`. */
export type LoggedTime =
  /** time since the start of the broadcast, negative before it */
  | { readonly kind: 'stream'; readonly ms: number }
  /** `h:mm:ss` or `m:ss`, which is stream time, or a time of day written `hh:mm:ss` or `hh:mm` */
  | ClockTime
  /** time of day, known by am or pm */
  | { readonly kind: 'day'; readonly ms: number }
  /** date and time; `at` is in ms since 1970, of UTC if `isZoned`, else of an unknown zone */
  | { readonly kind: 'wall'; readonly at: number; readonly isZoned: boolean; readonly hasYear: boolean }
  | NumericDate;

export interface ClockTime {
  readonly kind: 'clock';
  /** as stream time; a time of day of two fields is sixty times as much */
  readonly ms: number;
  readonly fields: 2 | 3;
  /** whether the first field has two digits or more */
  readonly isPadded: boolean;
}

/** A date of two numbers and a year, whose order is not known: undefined where the date does not exist. */
export interface NumericDate {
  readonly kind: 'numeric';
  readonly dayFirst: number | undefined;
  readonly monthFirst: number | undefined;
  /** set when the time has am or pm, as where the month comes first */
  readonly isHalfDay: boolean;
}

/** A time and the position behind it. */
export interface FoundTime {
  readonly time: LoggedTime;
  readonly end: number;
}
