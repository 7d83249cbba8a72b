const two = (value: number) => String(value).padStart(2, '0');

/** Stream time as people write it: `h:mm:ss`, whole seconds rounded down; with a minus before the start. */
export function stampOf(ms: number): string {
  if (ms < 0) return `-${stampOf(1000 * Math.ceil(-ms / 1000))}`;
  const seconds = Math.floor(ms / 1000);
  return `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}

/** Milliseconds of `h:mm:ss`, `m:ss` or plain seconds, each with an optional fraction; undefined for anything else. */
export function msOfStamp(text: string): number | undefined {
  const match = /^(?:(?:(\d{1,6}):)?(\d{1,6}):)?(\d{1,8}(?:\.\d{1,9})?)$/.exec(text);
  if (!match) return undefined;
  const [, hours = '0', minutes = '0', seconds = '0'] = match;
  const isClock = match[2] !== undefined;
  if ((isClock && Number(seconds) >= 60) || (match[1] !== undefined && Number(minutes) >= 60)) return undefined;
  return Math.round((Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000);
}
