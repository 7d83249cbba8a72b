const DIGITS = /^-?\d{1,20}(?:\.\d{1,20})?$/u;
const PLAIN = /^[-−+]?\d{1,20}(?:[.,]\d{1,20})?$/u;
const THOUSANDS = /^[-−+]?[1-9]\d{0,2}(?:,\d{3})+(?:\.\d{1,20})?$/u;
const EXPONENT = /^([-+]?\d)(?:[.,](\d{1,20}))?[eE]\+?(\d{1,2})$/u;

/** `unclear` for a comma that may be a decimal sign or part thousands: `1,500`. */
export type CommaMeaning = 'decimal' | 'thousands' | 'unclear';

/** What commas in numbers mean, by all of them: a fraction of other than three digits, or a 0 before, is no thousand. */
export function commaMeaning(values: readonly string[]): CommaMeaning {
  const withComma = values.filter((value) => value.includes(','));
  if (withComma.length === 0) return 'decimal';
  if (withComma.some((value) => !THOUSANDS.test(value))) return 'decimal';
  if (withComma.some((value) => /,\d{3}[,.]/u.test(value))) return 'thousands';
  return 'unclear';
}

/** The number that a text is; undefined for anything else, also for one that lost digits to a short exponent. */
export function numberIn(text: string, comma: CommaMeaning): number | undefined {
  if (DIGITS.test(text)) return Number(text);
  if (comma === 'thousands' && THOUSANDS.test(text)) return Number(text.replaceAll(',', ''));
  if (PLAIN.test(text)) return Number(text.replace(',', '.').replace('−', '-'));
  return EXPONENT.test(text) && !isShortened(text) ? Number(text.replace(',', '.')) : undefined;
}

/** Whether a spreadsheet cut the digits of a number: `1.71459E+12` has six of thirteen. */
export function isShortened(text: string): boolean {
  const [, , fraction = '', exponent] = EXPONENT.exec(text) ?? [];
  return exponent !== undefined && fraction.length < Number(exponent);
}
