import { z } from 'zod';

/** What PostgreSQL, JSON and people can all write: years 1 to 9999. */
const FIRST_MS = Date.parse('0001-01-01T00:00:00Z');
const LAST_MS = Date.parse('9999-12-31T23:59:59.999Z');
const DIGITS = /^\d{1,16}$/;

/** A whole number of a query. Only digits: JavaScript would also take `0x10`, `1e2` and blanks, and every client means 10. */
export function wholeNumber({ least, most }: { least: number; most: number }) {
  const number = z.int('must be a whole number, written in digits').min(least).max(most);
  return z.preprocess((value) => (typeof value === 'string' && DIGITS.test(value) ? Number(value) : value), number);
}

/** An instant that a request names: a real date with Z or an offset, in a year that everything behind can hold. */
export const instant = z.iso
  .datetime({ offset: true, message: 'must be an instant, ISO 8601' })
  .refine((text) => Date.parse(text) >= FIRST_MS && Date.parse(text) <= LAST_MS, 'must lie in the years 1 to 9999');
