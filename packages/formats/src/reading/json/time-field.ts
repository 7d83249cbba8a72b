import type { TimeUnit } from '../chat.ts';
import { ImportError, excerpt } from '../import-error.ts';
import { textOf } from '../records/json-fields.ts';
import { msOfStamp } from '../stamp.ts';
import { utcOfIso } from '../utc.ts';
import { DEPTH_MAX, type FoundValue, type Path, timeNumber, unwrapped, valueAt, valuesOf } from './field-paths.ts';
import { numberClockOf } from './number-unit.ts';

/** Stream time, wall-clock time, or both as the format knows them. */
export type FieldTime = { readonly at: number } | { readonly offsetMs: number };

/** The field with the time of each item. */
export interface TimeField {
  readonly path: Path;
  /** for people: "ISO 8601", "Unix milliseconds by their size" */
  readonly unit: string;
  read(item: unknown): FieldTime | undefined;
}

/** Names as tools write them, without case and punctuation. The first name that the items have counts. */
const OFFSET = (
  'timeinseconds contentoffsetseconds offsetseconds offsetms videooffsettimemsec playermessagetime vposms offset ' +
  'videooffset seconds streamtime relativetime elapsed'
).split(' ');
const WALL = (
  'timestamp time timetext createdutc createdat created sentat publishedat postedat receivedat date datetime ' +
  'messagetime createtime sendtime timestampusec timestampms originserverts dateunixtime ts t'
).split(' ');
const OTHER = /^(?:time|offset)\w{1,14}$|(?:time|timestamp|offset|utc)(?:ms|usec|msec|us)?$/u;
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

function rankOf({ name, path }: FoundValue): number {
  const offset = OFFSET.indexOf(name);
  const wall = WALL.indexOf(name);
  const byName = offset >= 0 ? offset : wall >= 0 ? OFFSET.length + wall : OFFSET.length + WALL.length;
  return byName + path.length / (DEPTH_MAX + 1);
}

function fieldAt(path: Path, samples: TimeSamples, candidates: readonly Path[]): TimeField | undefined {
  const { items } = samples;
  const read = (form: (value: unknown) => FieldTime | undefined) => (item: unknown) => form(valueAt(item, path));
  if (isMost(items, (item) => isoOf(valueAt(item, path)) !== undefined)) {
    return { path, unit: 'ISO 8601', read: read((value) => timeOr(isoOf(value), 'at')) };
  }
  if (isMost(items, (item) => stampOfText(valueAt(item, path)) !== undefined)) {
    return { path, unit: 'h:mm:ss', read: read((value) => timeOr(stampOfText(value), 'offsetMs')) };
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
    unit: `${clock.unit}, ${clock.why}`,
    read: read((value) => {
      const number = timeNumber(value);
      return number === undefined ? undefined : clock.read(number);
    }),
  };
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
