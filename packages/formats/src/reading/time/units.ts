export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;

export const HOURS_OF_HALF_DAY = 12;

/** Hour of the day, of 0 to 23, or 24, which no day has. @param half the `a` or `p` of am and pm */
export function hourOf(hour: number, half: string | undefined): number {
  if (half === undefined) return hour;
  if (hour < 1 || hour > HOURS_OF_HALF_DAY) return HOURS_OF_HALF_DAY * 2;
  return (hour % HOURS_OF_HALF_DAY) + (half.toLowerCase() === 'p' ? HOURS_OF_HALF_DAY : 0);
}
