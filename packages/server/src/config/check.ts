import { z } from 'zod';
import type { Environment } from './names.ts';

/** The value of a variable or flag; what is wrong with it goes to `problems`. */
export function check<T>(
  problems: string[],
  [name, value]: [name: string, value: string | undefined],
  schema: z.ZodType<T>,
): T | undefined {
  const checked = schema.safeParse(value);
  if (checked.success) return checked.data;
  problems.push(`${name} is ${JSON.stringify(value)}: ${checked.error.issues[0]?.message ?? 'not valid'}`);
  return undefined;
}

/** @param unit what is counted, with a space after it */
export function wholeNumber(least: number, most: number, unit: '' | 'days ' = '') {
  const sentence = `give a whole number ${unit && `of ${unit}`}from ${least} to ${most}`;
  return z
    .string()
    .regex(/^\d{1,9}$/, sentence)
    .transform(Number)
    .refine((value) => value >= least && value <= most, sentence)
    .optional();
}

/** What is wrong with options of an engine that is not named: to ignore them would mean writing somewhere else than asked. */
export function orphans(environment: Environment, names: readonly (keyof Environment)[], missing: string): string[] {
  const set = names.filter((name) => environment[name] !== undefined);
  if (set.length === 0) return [];
  return [
    `${set.join(', ')} ${set.length === 1 ? 'is' : 'are'} set, but ${missing} is not: set it, or unset the others`,
  ];
}
