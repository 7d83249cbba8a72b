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
export function readRetention(environment: Environment, problems: string[]): Retention {
  const days = (name: keyof Environment, usual: number) =>
    check(problems, [name, environment[name]], wholeNumber(2, 3_650, 'days ')) ?? usual;
  const megabytes = wholeNumber(4, 100_000);
  return {
    feedDays: days('OVATION_FEED_DAYS', 7),
    windowDays: days('OVATION_WINDOW_DAYS', 30),
    momentDays: days('OVATION_MOMENT_DAYS', Number.POSITIVE_INFINITY),
    audienceMomentDays: days('OVATION_AUDIENCE_MOMENT_DAYS', 365),
    deadLetterDays: days('OVATION_DEAD_LETTER_DAYS', 30),
    logMegabytes: check(problems, ['OVATION_LOG_MEGABYTES', environment.OVATION_LOG_MEGABYTES], megabytes) ?? 64,
  };
}
