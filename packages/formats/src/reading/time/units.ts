export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;

export const HOURS_OF_HALF_DAY = 12;

/** am or pm behind a clock, in English, Spanish (`p. m.`) and Arabic, as part of a pattern with the flag `u`. */
export const HALF_DAY = String.raw`([AaPp](?=(?:\.[ \u00A0\u202F]?)?[Mm]\b)|[صم](?!\p{L}))(?:(?:\.[ \u00A0\u202F]?)?[Mm]\b\.?)?`;
const AFTERNOON: ReadonlySet<string> = new Set('pPم');

/** Hour of the day, of 0 to 23, or 24, which no day has. @param half the first letter of am or pm */
export function hourOf(hour: number, half: string | undefined): number {
  if (half === undefined) return hour;
  if (hour < 1 || hour > HOURS_OF_HALF_DAY) return HOURS_OF_HALF_DAY * 2;
  return (hour % HOURS_OF_HALF_DAY) + (AFTERNOON.has(half) ? HOURS_OF_HALF_DAY : 0);
}
