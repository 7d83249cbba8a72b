import { parseArgs } from 'node:util';
import { z } from 'zod';
import type { AudienceOptions } from '../modules/simulation/index.ts';
import { EMOTE_SETS, MOMENTS_PER_HOUR_MAX, VIEWERS_MAX } from '../modules/simulation/index.ts';
import { printable, thousands } from './terminal-text.ts';

const HOURS_MIN = 0.1;
const HOURS_MAX = 24;

export interface SimulateOrder {
  readonly folder: string;
  readonly force: boolean;
  readonly durationS: number;
  readonly audience: Required<Omit<AudienceOptions, 'chat'>>;
}

function numberFrom(least: number, most: number, problem: string) {
  return z
    .string(problem)
    .regex(/^\d{1,9}$/, problem)
    .transform(Number)
    .refine((value) => value >= least && value <= most, problem);
}

/** In the order in which problems are told. */
const optionsSchema = z.object({
  audience: z
    .string('Say how many viewers: --audience N.')
    .pipe(numberFrom(1, VIEWERS_MAX, `--audience is a whole number from 1 to ${thousands(VIEWERS_MAX)}.`)),
  out: z.string('Say where to write: --out FOLDER.').min(1, 'Say where to write: --out FOLDER.'),
  'moments-per-hour': numberFrom(
    0,
    MOMENTS_PER_HOUR_MAX,
    `--moments-per-hour is a whole number from 0 to ${MOMENTS_PER_HOUR_MAX}.`,
  ).default(8),
  seed: numberFrom(0, 999_999_999, '--seed is a whole number of at most nine digits.').default(1),
  hours: z
    .string()
    .transform(Number)
    .refine(
      (hours) => hours >= HOURS_MIN && hours <= HOURS_MAX,
      `--hours is a number from ${HOURS_MIN} to ${HOURS_MAX}.`,
    )
    .default(1),
  floods: z.enum(['on', 'off'], '--floods is on or off.').default('on'),
  emotes: z.enum(EMOTE_SETS, `--emotes is ${EMOTE_SETS.join(' or ')}.`).default('twitch'),
  force: z.boolean().default(false),
});

/** The order, or what is wrong with it. */
export function readSimulateOrder(args: readonly string[]): SimulateOrder | string {
  const parsed = parse(args);
  if (typeof parsed === 'string') return parsed;
  const checked = optionsSchema.safeParse(parsed);
  if (!checked.success) return checked.error.issues[0]?.message ?? 'The options are not valid.';
  const { audience: viewers, out, seed, hours, floods, emotes, force } = checked.data;
  const momentsPerHour = checked.data['moments-per-hour'];
  const audience = { viewers, momentsPerHour, seed, floods: floods === 'on', emotes };
  return { folder: out, force, durationS: Math.round(hours * 3_600), audience };
}

function parse(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        audience: { type: 'string' },
        'moments-per-hour': { type: 'string' },
        seed: { type: 'string' },
        hours: { type: 'string' },
        floods: { type: 'string' },
        emotes: { type: 'string' },
        out: { type: 'string' },
        force: { type: 'boolean' },
      },
    });
    return values;
  } catch (error) {
    return printable(error instanceof Error ? error.message : String(error));
  }
}
