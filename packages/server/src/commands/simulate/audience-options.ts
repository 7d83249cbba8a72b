import { z } from 'zod';
import { type AudienceOptions, EMOTE_SETS, MOMENTS_PER_HOUR_MAX, VIEWERS_MAX } from '../../modules/simulation/index.ts';
import { flag, type OptionValues } from '../command-options.ts';
import { thousands } from '../terminal/text.ts';

const HOURS_MIN = 0.1;
const HOURS_MAX = 24;
const SEED_MAX = 999_999_999;
const HOUR_S = 3_600;
const NO_VIEWERS = 'Say how many viewers: --audience N.';
const NO_FOLDER = 'Say where to write: --out FOLDER.';

export interface SimulateOrder {
  readonly folder: string;
  readonly force: boolean;
  readonly durationS: number;
  readonly audience: Required<Omit<AudienceOptions, 'chat'>>;
}

const hours = z
  .string()
  .transform(Number)
  .refine(
    (value) => value >= HOURS_MIN && value <= HOURS_MAX,
    `--hours is a number from ${HOURS_MIN} to ${HOURS_MAX}.`,
  );

export const simulateOptions = {
  audience: {
    type: wholeNumber({ least: 1, most: VIEWERS_MAX }, '--audience is', NO_VIEWERS),
    value: 'N',
    about: `viewers, 1 to ${thousands(VIEWERS_MAX)}`,
  },
  out: {
    type: z.string(NO_FOLDER).min(1, NO_FOLDER),
    value: 'FOLDER',
    about: 'where labels.json and the .chat.jsonl.gz are written; made when it is missing',
  },
  'moments-per-hour': {
    type: wholeNumber({ least: 0, most: MOMENTS_PER_HOUR_MAX }, '--moments-per-hour is'),
    value: 'M',
    about: `planted moments an hour, 0 to ${MOMENTS_PER_HOUR_MAX}, of which every fourth is quiet`,
    default: '8',
  },
  seed: {
    type: digits(0, SEED_MAX, '--seed is a whole number of at most nine digits.'),
    value: 'S',
    about: 'whole number',
    default: '1',
  },
  hours: { type: hours, value: 'H', about: `length of the broadcast, ${HOURS_MIN} to ${HOURS_MAX}`, default: '1' },
  floods: {
    type: z.enum(['on', 'off'], '--floods is on or off.'),
    value: 'on|off',
    about: 'an hour has a raid, a giveaway, a poll, gifts, a spammer, copypasta and an ad break',
    default: 'on',
  },
  emotes: {
    type: z.enum(EMOTE_SETS, `--emotes is ${EMOTE_SETS.join(' or ')}.`),
    value: EMOTE_SETS.join('|'),
    about: 'emote names of Twitch, or Unicode emoji',
    default: 'twitch',
  },
  force: flag('write over what is there'),
};

export function simulateOrder(given: OptionValues<typeof simulateOptions>): SimulateOrder {
  const { audience: viewers, 'moments-per-hour': momentsPerHour, seed, floods, emotes } = given;
  return {
    folder: given.out,
    force: given.force,
    durationS: Math.round(given.hours * HOUR_S),
    audience: { viewers, momentsPerHour, seed, floods: floods === 'on', emotes },
  };
}

function wholeNumber({ least, most }: { least: number; most: number }, subject: string, missing?: string) {
  return digits(least, most, `${subject} a whole number from ${least} to ${thousands(most)}.`, missing);
}

function digits(least: number, most: number, problem: string, missing = problem) {
  return z
    .string(missing)
    .regex(/^\d{1,9}$/, problem)
    .transform(Number)
    .refine((value) => value >= least && value <= most, problem);
}
