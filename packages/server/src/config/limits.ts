import { z } from 'zod';

/** Rate limits that can be set; what each is for is in modules/limits/policies.ts. */
export const LIMIT_NAMES = [
  'anonymous-api',
  'user-endpoint',
  'web',
  'mobile',
  'third-party',
  'free',
  'paid',
  'login',
  'new-channels',
  'ingest',
] as const;
export type LimitName = (typeof LIMIT_NAMES)[number];

/** At most `limit` requests in any stretch of time of `windowMs`. */
interface LimitWindow {
  readonly limit: number;
  readonly windowMs: number;
}

export type ChangedLimits = Readonly<Partial<Record<LimitName, LimitWindow>>>;

const SENTENCE = `give default, off, or <name>=<requests>/<seconds> separated by commas, such as web=2000/60; the names are ${LIMIT_NAMES.join(', ')}`;
const COUNT_MAX = 1_000_000;
const SECONDS_MAX = 86_400;

/** `web=2000/60,login=3/300`: the others stay as they are. */
export const limitsSchema = z
  .string()
  .transform((value, context): 'default' | 'off' | ChangedLimits => {
    if (value === 'default' || value === 'off') return value;
    const read = value.split(',').map(limitOf);
    const limits = read.filter((one) => one !== undefined);
    // A name that stands twice does not say which number holds.
    const named = new Map(limits);
    if (named.size === read.length) return Object.fromEntries(named);
    context.addIssue({ code: 'custom', message: SENTENCE });
    return z.NEVER;
  })
  .optional();

function limitOf(text: string): [LimitName, LimitWindow] | undefined {
  const [, given, requests = '', time = ''] = /^([a-z-]+)=(\d{1,7})\/(\d{1,5})$/.exec(text.trim()) ?? [];
  const name = LIMIT_NAMES.find((one) => one === given);
  const [limit, seconds] = [Number(requests), Number(time)];
  const isSound = limit >= 1 && limit <= COUNT_MAX && seconds >= 1 && seconds <= SECONDS_MAX;
  return name && isSound ? [name, { limit, windowMs: 1_000 * seconds }] : undefined;
}
