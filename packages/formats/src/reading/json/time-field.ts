import type { TimeUnit } from '../chat.ts';
import { ImportError, excerpt } from '../import-error.ts';
import { textOf } from '../records/json-fields.ts';
import { msOfStamp } from '../stamp.ts';
import { utcOfIso } from '../utc.ts';
import { DEPTH_MAX, type FoundValue, type Path, timeNumber, unwrapped, valueAt, valuesOf } from './field-paths.ts';
import { numberClockOf } from './number-unit.ts';

/** Wall-clock time, or stream time. */
export type FieldTime = { readonly at: number } | { readonly offsetMs: number };

/** The field with the time of each item. */
export interface TimeField {
  readonly path: Path;
  /** for people: "ISO 8601", "Unix milliseconds" */
  readonly unit: string;
  /** for people: how the unit is known; "" when the form of the values says it */
  readonly why: string;
  /** whether the times are those of a day without a date */
  readonly isOfDay: boolean;
  read(item: unknown): FieldTime | undefined;
}

/** Names as tools write them, without case and punctuation. The first name that the items have counts. */
const OFFSET = (
  'timeinseconds contentoffsetseconds offsetseconds offsetms videooffsettimemsec playermessagetime vposms offset ' +
  'videooffset seconds streamtime relativetime elapsed elapsedtime'
).split(' ');
const WALL = (
  'timestamp time timetext createdutc createdat createat created sentat publishedat postedat receivedat date datetime ' +
  'messagetime createtime sendtime sent timestampusec timestampms originserverts dateunixtime tmisentts rmreceivedts ts t'
).split(' ');
const OTHER = /^(?:time|offset)\w{1,14}$|(?:time|timestamp|offset|utc)(?:ms|usec|msec|us)?$/u;
/** A time of day, or stream time of a tool that writes all hours with two digits. */
const PADDED_CLOCK = /^\s*\d{2}:\d{2}:\d{2}/u;
/** A chat that begins later than this into the broadcast is rare, and so is one before six in the morning. */
const DAY_FROM_MS = 21_600_000;
const DAY_MS = 86_400_000;
/** Times of other events than the message. */
const NOT = /edit|updat|delet|expire|hidden|join|duration|timeout|modif|ended|birth|zone|format|since|read/u;

/** Whether a value of an item may be its time, by its name. */
export function isTimeName({ name, isOfAuthor }: FoundValue): boolean {
  return !isOfAuthor && !NOT.test(name) && (OFFSET.includes(name) || WALL.includes(name) || OTHER.test(name));
}

/** Whether a value has the form of a time. */
export function isTimeValue(value: unknown): boolean {
  return isoOf(value) !== undefined || stampOfText(value) !== undefined || timeNumber(value) !== undefined;
}

export interface TimeSamples {
  readonly items: readonly unknown[];
  readonly isWhole: boolean;
  readonly unit: TimeUnit | undefined;
}

/**
 * The field with the time of the items, and its unit. Undefined when no field has times.
 * @throws ImportError when the unit of the numbers is not provable
 */
export function timeFieldOf(samples: TimeSamples): TimeField | undefined {
  const candidates = candidatesIn(samples.items);
  let doubtful: Path | undefined;
  for (const path of candidates) {
    const field = fieldAt(path, samples, candidates);
    if (field) return field;
    if (isMost(samples.items, (item) => timeNumber(valueAt(item, path)) !== undefined)) doubtful ??= path;
  }
  if (!doubtful) return undefined;
  throw new ImportError(
    `The numbers in "${excerpt(doubtful.join('.'))}" may be seconds or milliseconds, and nothing in the file tells which: say it with --unit s, --unit ms or --unit us`,
  );
}

/** Paths of fields that may be the time, the best first. */
function candidatesIn(items: readonly unknown[]): Path[] {
  const ranks = new Map<string, { path: Path; rank: number; count: number }>();
  for (const item of items) {
    for (const found of valuesOf(item)) {
      if (!isTimeName(found) || !isTimeValue(found.value)) continue;
      const key = found.path.join('\n');
      const known = ranks.get(key);
      if (known) known.count += 1;
      else ranks.set(key, { path: found.path, rank: rankOf(found), count: 1 });
    }
  }
  const enough = [...ranks.values()].filter(({ count }) => count * 2 > items.length);
  return enough.toSorted((a, b) => a.rank - b.rank).map(({ path }) => path);
}

/** Stream time comes before the wall clock: it also tells where the stream began. */
function rankOf({ name, path, value }: FoundValue): number {
  const offset = OFFSET.indexOf(name);
  const wall = WALL.indexOf(name);
  const isStamp = stampOfText(value) !== undefined && !PADDED_CLOCK.test(textOf(value) ?? '');
  const otherName = isStamp ? OFFSET.length : OFFSET.length + 1 + (wall >= 0 ? wall : WALL.length);
  const byName = offset >= 0 ? offset : otherName;
  return byName + path.length / (DEPTH_MAX + 1);
}

function fieldAt(path: Path, samples: TimeSamples, candidates: readonly Path[]): TimeField | undefined {
  const { items } = samples;
  const read = (form: (value: unknown) => FieldTime | undefined) => (item: unknown) => form(valueAt(item, path));
  if (isMost(items, (item) => isoOf(valueAt(item, path)) !== undefined)) {
    return { path, unit: 'ISO 8601', why: '', isOfDay: false, read: read((value) => timeOr(isoOf(value), 'at')) };
  }
  if (isMost(items, (item) => stampOfText(valueAt(item, path)) !== undefined)) {
    const isOfDay =
      isMost(items, (item) => PADDED_CLOCK.test(textOf(valueAt(item, path)) ?? '')) && beginsLate(items, path);
    const unit = isOfDay ? 'time of day' : 'h:mm:ss';
    const why = isOfDay ? 'as the first one is after 6 hours' : '';
    return { path, unit, why, isOfDay, read: read((value) => timeOr(stampOfText(value), 'offsetMs')) };
  }
  const known = items.filter((item) => timeNumber(valueAt(item, path)) !== undefined);
  const values = known.map((item) => timeNumber(valueAt(item, path)) ?? 0);
  // A field that never changes is no clock, for example one that the tool does not fill.
  const isFixed = values.length > 2 && values.every((value) => value === values[0]);
  if (values.length * 2 <= items.length || (isFixed && candidates.length > 1)) return undefined;
  const clock = numberClockOf({
    name: path.at(-1) ?? '',
    values,
    walls: known.map((item) => wallBeside(item, path, candidates)),
    isWhole: samples.isWhole,
    unit: samples.unit,
  });
  if (!clock) return undefined;
  return {
    path,
    unit: clock.unit,
    why: clock.why,
    isOfDay: false,
    read: read((value) => {
      const number = timeNumber(value);
      return number === undefined ? undefined : clock.read(number);
    }),
  };
}

function beginsLate(items: readonly unknown[], path: Path): boolean {
  const times = items.map((item) => stampOfText(valueAt(item, path))).filter((ms) => ms !== undefined);
  return (times[0] ?? 0) >= DAY_FROM_MS && times.every((ms) => ms < DAY_MS);
}

/** The wall-clock time that another field of the item has. */
function wallBeside(item: unknown, path: Path, candidates: readonly Path[]): number | undefined {
  for (const other of candidates) {
    if (other === path) continue;
    const value = valueAt(item, other);
    const number = timeNumber(value);
    const unix = number === undefined ? undefined : numberClockOf(alone(other, number))?.read(number);
    const wall = isoOf(value) ?? (unix && 'at' in unix ? unix.at : undefined) ?? stampOfText(value);
    if (wall !== undefined) return wall;
  }
  return undefined;
}

const alone = (path: Path, value: number) => ({
  name: path.at(-1) ?? '',
  values: [value],
  walls: [],
  isWhole: false,
  unit: undefined,
});

function isMost(items: readonly unknown[], test: (item: unknown) => boolean): boolean {
  return items.filter(test).length * 2 > items.length;
}

function timeOr(ms: number | undefined, kind: 'at' | 'offsetMs'): FieldTime | undefined {
  if (ms === undefined) return undefined;
  return kind === 'at' ? { at: ms } : { offsetMs: ms };
}

function isoOf(value: unknown): number | undefined {
  return utcOfIso(textOf(unwrapped(value))?.trim() ?? '');
}

/** `h:mm:ss`, negative before the start. Plain numbers are read as numbers. */
function stampOfText(value: unknown): number | undefined {
  const text = textOf(value)?.trim() ?? '';
  if (!text.includes(':')) return undefined;
  const ms = msOfStamp(text.replace(/^-/u, ''));
  return ms !== undefined && text.startsWith('-') ? -ms : ms;
}

/** Stream time of times of day: the first one is 0, and a time that goes back by more than half a day is of the next day. */
export class DayClock {
  #first: number | undefined;
  #newest = 0;
  #midnight = 0;

  next(ms: number): number {
    if (this.#first === undefined) {
      this.#first = ms;
      this.#newest = ms;
    }
    if (ms + this.#midnight < this.#newest - DAY_MS / 2) this.#midnight += DAY_MS;
    const time = ms + this.#midnight;
    this.#newest = Math.max(this.#newest, time);
    return time - this.#first;
  }
}
