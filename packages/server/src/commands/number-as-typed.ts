import { z } from 'zod';

/** The running server prints at most this many records or letters at once. */
export const RECORDS_MAX = 1_000;

/** A whole number that is sent to the server as it was typed. */
export function numberAsTyped({ least, most }: { least: number; most: number }, problem: string) {
  return z
    .string()
    .regex(/^\d{1,16}$/, problem)
    .refine((typed) => Number(typed) >= least && Number(typed) <= most, problem);
}
