import { utcOfIso } from '@ovation/formats';
import { z } from 'zod';
import { flag } from '../command-options.ts';

const MINUTES_ONLY = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?!:)/u;

/** Wall-clock time in ms since 1970 UTC, of an ISO 8601 time with or without seconds and zone. */
const start = z.string().transform((typed, context) => {
  const at = utcOfIso(typed.replace(MINUTES_ONLY, (minute) => `${minute}:00`));
  if (at !== undefined) return at;
  context.addIssue('--start must be a date and a time in ISO 8601, such as 2026-03-01T20:00:00Z.');
  return z.NEVER;
});

/** Options of every command that reads a chat log, for what a log does not say about its times. */
export const timeOptions = {
  unit: {
    type: z.enum(['s', 'ms', 'us'], '--unit: s, ms or us (seconds, milliseconds or microseconds).').optional(),
    value: 's|ms|us',
    about: 'what times that are plain numbers count, when the log does not show it',
  },
  start: {
    type: start.optional(),
    value: 'ISO',
    about: 'date and time at which the broadcast began, for logs with dates; UTC unless it names a zone',
  },
} as const;

export const joinOption = flag('the files, and the logs in an archive, are parts of one broadcast, in their order');
