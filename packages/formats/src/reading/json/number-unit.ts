import type { TimeUnit } from '../chat.ts';
import { wallTime } from '../utc.ts';

/** What a number of a time field means, and the words for the report. */
export interface NumberClock {
  /** e.g. "Unix milliseconds" */
  readonly unit: string;
  /** why it is known, e.g. "by their size" */
  readonly why: string;
  read(value: number): { readonly at: number } | { readonly offsetMs: number } | undefined;
}

/** What is known about the numbers of a field. */
export interface NumberEvidence {
  /** name of the field */
  readonly name: string;
  /** in the order of the file */
  readonly values: readonly number[];
  /** wall-clock times, in ms, that other fields of the same items have */
  readonly walls: readonly (number | undefined)[];
  /** whether the values are those of the whole file */
  readonly isWhole: boolean;
  /** the unit that the user named */
  readonly unit: TimeUnit | undefined;
}

const UNITS = { s: 1_000, ms: 1, us: 1e-3, ns: 1e-6 } as const;
type Unit = keyof typeof UNITS;
const NAMES: Readonly<Record<Unit, string>> = {
  s: 'seconds',
  ms: 'milliseconds',
  us: 'microseconds',
  ns: 'nanoseconds',
};

/** Unix times of the years 2001 to 2100, in ms. Other numbers are stream time. */
const EPOCH_MIN = 1e12;
const EPOCH_MAX = 4.1e12;

/** Undefined when the numbers may be in several units, and nothing tells which. */
export function numberClockOf(evidence: NumberEvidence): NumberClock | undefined {
  const { name, values, unit } = evidence;
  const named = unitOfName(name);
  const middle = values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
  if (named) return isEpoch(middle, named) ? unixClock(named, 'by its name') : streamClock(named, 'by its name');
  const epoch = (['s', 'ms', 'us', 'ns'] as const).find((one) => isEpoch(middle, one));
  if (epoch) return unixClock(epoch, 'by their size');
  if (unit) return streamClock(unit, 'as you said');
  const beside = unitBeside(evidence);
  if (beside) return streamClock(beside, 'by the dates beside them');
  const fitting = unitOfSpan(evidence);
  return fitting && streamClock(fitting.unit, fitting.why);
}

function isEpoch(value: number, unit: Unit): boolean {
  const ms = value * UNITS[unit];
  return ms >= EPOCH_MIN && ms <= EPOCH_MAX;
}

function unixClock(unit: Unit, why: string): NumberClock {
  return {
    unit: `Unix ${NAMES[unit]}`,
    why,
    read(value) {
      const at = wallTime(value * UNITS[unit]);
      return at === undefined ? undefined : { at };
    },
  };
}

function streamClock(unit: Unit, why: string): NumberClock {
  return { unit: NAMES[unit], why, read: (value) => ({ offsetMs: Math.round(value * UNITS[unit]) }) };
}

function unitOfName(name: string): Unit | undefined {
  if (/(?:micro(?:s|seconds?|sec)|usecs?|[_A-Z]us|_?µs|U[Ss])$/u.test(name)) return 'us';
  if (/(?:milli(?:s|seconds?)|msecs?|_ms|M[Ss]|(?:time|offset|stamp|pos)ms|^ms)$/u.test(name)) return 'ms';
  if (/nano(?:s|seconds?)$/u.test(name)) return 'ns';
  return /(?:seconds|secs?|_s|inS|Sec)$/iu.test(name) ? 's' : undefined;
}

/** Times in whole seconds tell nothing about a shorter while. */
const BESIDE_MIN_MS = 2_000;

/** The unit in which the numbers go on as the wall-clock times beside them. */
function unitBeside({ values, walls }: NumberEvidence): Unit | undefined {
  const pairs = values.flatMap((value, index) => {
    const wall = walls[index];
    return wall === undefined ? [] : [{ value, wall }];
  });
  const [first, last] = [pairs[0], pairs.at(-1)];
  if (!first || !last) return undefined;
  const wallMs = last.wall - first.wall;
  if (Math.abs(wallMs) < BESIDE_MIN_MS) return undefined;
  return (['s', 'ms', 'us'] as const).find((unit) => {
    const ratio = ((last.value - first.value) * UNITS[unit]) / wallMs;
    return ratio > 0.5 && ratio < 2;
  });
}

/** More messages a second than the largest chats have. */
const STEP_MIN_MS = 10;
/** A chat without a message for an hour, again and again, is none. */
const STEP_MAX_MS = 3_600_000;
const SPAN_MAX_MS = 172_800_000;
/** A file with all messages of a broadcast is longer. */
const WHOLE_MIN_MS = 15_000;

/** The only unit in which the messages are neither too dense nor too far apart. */
function unitOfSpan({ values, isWhole }: NumberEvidence): { unit: Unit; why: string } | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  const span = (sorted.at(-1) ?? 0) - (sorted[0] ?? 0);
  const step = span / Math.max(1, values.length - 1);
  if (span === 0) return { unit: 's', why: 'as usual' };
  const possible = (['s', 'ms', 'us'] as const).filter((unit) => {
    const [stepMs, spanMs] = [step * UNITS[unit], span * UNITS[unit]];
    // If seconds are too dense, every smaller unit is so even more.
    return stepMs <= STEP_MAX_MS && spanMs <= SPAN_MAX_MS && (unit === 's' || stepMs >= STEP_MIN_MS);
  });
  if (possible[0] === 's' && values.some((value) => !Number.isInteger(value))) {
    return { unit: 's', why: 'as they have fractions' };
  }
  const whole = isWhole ? possible.filter((unit) => unit === 's' || span * UNITS[unit] >= WHOLE_MIN_MS) : possible;
  const [only, second] = whole;
  // Whole thousands look like milliseconds, however far apart they are.
  const isDoubtful = possible.length > 1 && only === 's' && values.every((value) => value % 1_000 === 0);
  if (!only || second || isDoubtful) return undefined;
  return { unit: only, why: 'the only unit in which the messages are neither too dense nor too far apart' };
}
