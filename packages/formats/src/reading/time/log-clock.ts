import { ImportError } from '../import-error.ts';
import type { ImportNotes } from '../import-notes.ts';
import { ANY_YEAR } from './dates.ts';
import { type DateOrder, dateOrderOf, orderBySteps } from './date-order.ts';
import type { LoggedTime, NumericDate } from './time-kinds.ts';
import { type Meaning, meaningOf } from './meaning.ts';
import { DAY_MS, HOUR_MS } from './units.ts';

/** Where a message stands in the stream, and its wall-clock time if the log has dates. */
export interface PlacedTime {
  readonly offsetMs: number;
  readonly at?: number;
}

/** The day that a header of a log names. */
export interface DayStart {
  readonly midnight: number;
  readonly at: number;
}

/** A late line of the evening before is at most this much older than midnight. */
const LATE_MS = HOUR_MS;
/** The clock goes back by an hour, less the time between the two messages. */
const FOLD_MIN_MS = 3_000_000;
const FOLD_MAX_MS = 3_660_000;
/** Clocks are set back in the small hours. */
const FOLD_UNTIL_MS = 4 * HOUR_MS;
/** A date without a year that falls by more than this has passed the end of the year. */
const YEAR_END_MS = 25_920_000_000;
/** Clocks are set back on Sundays of these months, in the south and in the north. */
const FOLD_MONTHS: ReadonlySet<string> = new Set('02 03 04 09 10 11'.split(' '));
/** Where the month begins in an ISO date. */
const MONTH_AT = 5;
/** An earlier time is one of day, with an arbitrary day before it. */
const DATES_FROM_MS = 31_536_000_000;

/**
 * Turns the times of one log into stream time. Stream times stay as they are; of times of day and of dates, the first
 * message is 0 unless the start is given. A time of day goes on past midnight, and a clock without a zone goes on over
 * the end of summer time.
 */
export class LogClock {
  readonly #notes: ImportNotes;
  readonly #meaning: Meaning;
  #order: DateOrder;
  /** midnight of the current day, ms since 1970; of an arbitrary day while the log has no date */
  #midnight = 0;
  #isDated = false;
  /** whether a header was read and no time after it */
  #isNewDay = false;
  /** between the days of headers and those of the messages before the first header */
  #dayShift = 0;
  /** year of dates that have none, and the newest of them */
  #year = ANY_YEAR;
  #newestInYear = 0;
  /** what was added to local times, because the clock was set back or the year ended */
  #added = 0;
  /** the newest wall-clock time so far, before the addition */
  #newest: number | undefined;

  /**
   * @param times the times of the beginning of the file
   * @param known what the format says `h:mm:ss` means, if it does
   * @throws ImportError when the times may be stream time or times of day, and the start is not given
   */
  constructor(notes: ImportNotes, times: readonly LoggedTime[], known?: Meaning) {
    this.#notes = notes;
    const isStartKnown = notes.startAt !== undefined && times.some(({ kind }) => kind === 'clock');
    const meaning = meaningOf(times, isStartKnown ? { of: 'day', why: 'the start was given' } : known);
    if (!meaning) throw unclear();
    this.#meaning = meaning;
    this.#order = dateOrderOf(times);
    const sentence = this.#sentence(times);
    if (sentence !== undefined) notes.tell(sentence);
  }

  /** Sets the day of the times of day that follow. Both times are in ms since 1970; `at` is the time of the header. */
  setDay({ midnight, at }: DayStart): void {
    if (this.#newest !== undefined && !this.#isDated) {
      // Messages came before the first date, so later days count from theirs.
      this.#onDay(at - midnight);
      this.#dayShift = this.#midnight - midnight;
    }
    this.#isDated = true;
    this.#isNewDay = true;
    this.#year = new Date(midnight).getUTCFullYear();
    this.#midnight = midnight + this.#dayShift;
    this.#newest = at + this.#dayShift;
  }

  /** Follows the time of a line that is no message. */
  see(time: LoggedTime): void {
    if (time.kind === 'stream' || (time.kind === 'clock' && this.#meaning.of === 'stream')) return;
    this.#localOf(time, 'a line that is no message');
  }

  /** Places a chat message. @returns undefined when the message was skipped, with its reason in the notes */
  place(time: LoggedTime, where: string): PlacedTime | undefined {
    if (time.kind === 'stream') return this.#inStream(time.ms, where);
    if (time.kind === 'clock' && this.#meaning.of === 'stream') return this.#inStream(time.ms, where);
    const local = this.#localOf(time, where);
    if (local === undefined) {
      this.#notes.skip(where, 'its time is no time of day, unlike those before it');
      return undefined;
    }
    const at = local + this.#added;
    const offsetMs = this.#notes.place(this.#notes.sinceFirst(at), 'chat', where);
    if (offsetMs === undefined) return undefined;
    return this.#isWall(time) && at >= 0 ? { offsetMs, at } : { offsetMs };
  }

  /** Whether the log says on which day a time is. */
  #isWall(time: LoggedTime): boolean {
    if (time.kind === 'wall' && time.hasYear) return true;
    return time.kind === 'numeric' ? this.#order.isProven : this.#isDated && this.#dayShift === 0;
  }

  #inStream(ms: number, where: string): PlacedTime | undefined {
    const offsetMs = this.#notes.place(ms, 'chat', where);
    return offsetMs === undefined ? undefined : { offsetMs };
  }

  /** Wall-clock time of the file's own zone, in ms since 1970. */
  #localOf(time: Exclude<LoggedTime, { kind: 'stream' }>, where: string): number | undefined {
    if (time.kind === 'wall') {
      if (time.isZoned) return time.at;
      return this.#followed(time.hasYear ? time.at : this.#inYear(time.at), where);
    }
    if (time.kind === 'numeric') return this.#followed(this.#numeric(time), where);
    const ms = time.kind === 'clock' && time.fields === 2 ? time.ms * 60 : time.ms;
    return ms < DAY_MS ? this.#followed(this.#onDay(ms), where) : undefined;
  }

  /** A time of day, on the day that brings it closest behind the time before it. */
  #onDay(ms: number): number {
    if (this.#newest === undefined && !this.#isDated) this.#midnight = this.#firstDay(ms);
    const newest = this.#newest ?? this.#midnight;
    if (this.#midnight + ms < newest - DAY_MS / 2) this.#midnight += DAY_MS;
    const at = this.#midnight + ms;
    // A line that was written late, after midnight, belongs to the evening before. A header begins a day for sure.
    const isLate = this.#newest !== undefined && !this.#isNewDay && at > newest + DAY_MS - LATE_MS;
    this.#isNewDay = false;
    return isLate ? at - DAY_MS : at;
  }

  /** The day whose time of day is closest to the given start, which is in UTC; else an arbitrary one. */
  #firstDay(ms: number): number {
    const { startAt } = this.#notes;
    return startAt === undefined ? DAY_MS : Math.round((startAt - ms) / DAY_MS) * DAY_MS;
  }

  /** A date without a year, in the year of the header or of the dates before it. */
  #inYear(at: number): number {
    if (at < this.#newestInYear - YEAR_END_MS) this.#year += 1;
    this.#newestInYear = at;
    const date = new Date(at);
    return Date.UTC(this.#year, date.getUTCMonth(), date.getUTCDate()) + (at % DAY_MS);
  }

  #numeric(time: NumericDate): number | undefined {
    const before = this.#order.read(time);
    const isNear = before !== undefined && Math.abs(before - (this.#newest ?? before)) < 2 * DAY_MS;
    if (this.#order.isProven || isNear) return before;
    const swapped = orderBySteps(this.#order, time, this.#newest);
    if (!swapped) return before;
    // Only differences matter, so the first day may stay as it was read.
    this.#added += swapped.addedMs;
    this.#newest = swapped.newest;
    this.#order = swapped.order;
    return swapped.order.read(time);
  }

  /** Notices that a clock without a zone was set back by an hour, and keeps the newest time. */
  #followed(local: number | undefined, where: string): number | undefined {
    if (local === undefined) return undefined;
    const back = (this.#newest ?? local) - local;
    if (back >= FOLD_MIN_MS && back < FOLD_MAX_MS && this.#isFoldTime(local)) {
      this.#added += HOUR_MS;
      this.#newest = local;
      this.#notes.tell(`at ${where} the clock goes back by an hour, which is read as the end of summer time`);
      return local;
    }
    this.#newest = Math.max(this.#newest ?? local, local);
    return local;
  }

  /** Whether clocks are set back at such a time; without a date, only the hour tells. */
  #isFoldTime(local: number): boolean {
    if (local % DAY_MS >= FOLD_UNTIL_MS) return false;
    if (local < DATES_FROM_MS) return true;
    const date = new Date(local);
    return date.getUTCDay() === 0 && FOLD_MONTHS.has(date.toISOString().slice(MONTH_AT, MONTH_AT + 2));
  }

  #sentence(times: readonly LoggedTime[]): string | undefined {
    const zero =
      this.#notes.startAt === undefined ? 'the first message is stream time 0' : 'counted from the start given';
    const first = times[0];
    if (first === undefined) return undefined;
    if (first.kind === 'numeric') return `dates with ${this.#order.words}, ${this.#order.why}; ${zero}`;
    if (first.kind === 'wall') return `dates and times${first.isZoned ? '' : ' without a zone, read as UTC'}; ${zero}`;
    const { of, why } = this.#meaning;
    return of === 'day' || first.kind === 'day'
      ? `times of day, because ${why}; ${zero}`
      : `times since the start of the broadcast, because ${why}`;
  }
}

function unclear(): ImportError {
  return new ImportError(
    'The times of the file, as 18:05, may be minutes and seconds of the broadcast or hours and minutes of the day: ' +
      'write them as h:mm:ss, or name the start of the broadcast (--start 2024-05-01T18:00:00Z) if they are times of day',
  );
}
