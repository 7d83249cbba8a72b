import { check, wholeNumber } from './check.ts';
import type { Environment } from './names.ts';

/** How long things are kept. Infinity = for ever. */
export interface Retention {
  /** entries of feeds; the newest 300 of each stay in any case */
  readonly feedDays: number;
  /** counted minutes, late counts, and notes of missing records */
  readonly windowDays: number;
  /** moments of the classic rule */
  readonly momentDays: number;
  /** moments of the other detectors */
  readonly audienceMomentDays: number;
  /** records that were set aside */
  readonly deadLetterDays: number;
  /** `app.log` and its older files together */
  readonly logMegabytes: number;
}

/**
 * Two days at least: the analyzer may repeat what it derived from the last day of the log, and by then nothing of it may
 * be forgotten.
 */
const DAYS = { least: 2, most: 3_650 };
const LOG_MEGABYTES = { least: 4, most: 100_000 };

const USUAL: Retention = {
  feedDays: 7,
  windowDays: 30,
  momentDays: Number.POSITIVE_INFINITY,
  audienceMomentDays: 365,
  deadLetterDays: 30,
  logMegabytes: 64,
};

export function readRetention(environment: Environment, problems: string[]): Retention {
  const days = (name: keyof Environment) =>
    check(problems, [name, environment[name]], wholeNumber(DAYS.least, DAYS.most, 'days '));
  const megabytes = wholeNumber(LOG_MEGABYTES.least, LOG_MEGABYTES.most);
  const logMegabytes = check(problems, ['OVATION_LOG_MEGABYTES', environment.OVATION_LOG_MEGABYTES], megabytes);
  return {
    feedDays: days('OVATION_FEED_DAYS') ?? USUAL.feedDays,
    windowDays: days('OVATION_WINDOW_DAYS') ?? USUAL.windowDays,
    momentDays: days('OVATION_MOMENT_DAYS') ?? USUAL.momentDays,
    audienceMomentDays: days('OVATION_AUDIENCE_MOMENT_DAYS') ?? USUAL.audienceMomentDays,
    deadLetterDays: days('OVATION_DEAD_LETTER_DAYS') ?? USUAL.deadLetterDays,
    logMegabytes: logMegabytes ?? USUAL.logMegabytes,
  };
}
