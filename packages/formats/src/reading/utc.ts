const DATE_TIME = /^(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2}):(\d{2})$/u;

/**
 * Milliseconds since 1970 of `YYYY-MM-DD hh:mm:ss` in UTC plus a fraction of a second as its digits; undefined when
 * there is no such time. Date.UTC alone would turn 30 February into 1 March.
 */
export function utcOf(time: string, fraction = ''): number | undefined {
  const match = DATE_TIME.exec(time);
  if (!match) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1).map(Number);
  const at = Date.UTC(year, month - 1, day, hour, minute, second);
  const isReal = new Date(at).toISOString().startsWith(time.replace(' ', 'T'));
  return isReal && at >= 0 ? at + Math.round(Number(`0.${fraction || '0'}`) * 1000) : undefined;
}

/** The same for an ISO 8601 time with zone `Z` and up to nine digits of a second, as Twitch writes it. */
export function utcOfIso(text: string): number | undefined {
  const match = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?(?:Z|\+00:00)$/u.exec(text);
  return match ? utcOf(match[1] ?? '', match[2]?.slice(0, 3)) : undefined;
}

/** Seconds of a duration as Twitch's API writes it, e.g. `1h48m58s`; undefined for anything else. */
export function lengthOfDuration(text: string): number | undefined {
  const match = /^(?:(\d{1,6})h)?(?:(\d{1,6})m)?(?:(\d{1,8})s)?$/u.exec(text);
  if (!match || text === '') return undefined;
  const [hours = 0, minutes = 0, seconds = 0] = match.slice(1).map((digits) => Number(digits ?? 0));
  return hours * 3600 + minutes * 60 + seconds;
}
