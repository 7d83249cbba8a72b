import type { LimitName } from '../../config/limits.ts';

/**
 * Every rate limit by its name (rulings C15, C36): the classic contracts name five that contradict each other, so each is a
 * policy of its own, and modules/limits/choose-policy.ts says where it holds. Those of accounts, keys and tiers wait for
 * the routes that they are for.
 */
export interface Policy {
  readonly name: LimitName;
  /** requests in any stretch of time of this length */
  readonly limit: number;
  readonly windowMs: number;
  /** what is counted together */
  readonly scope: 'ip' | 'user and endpoint' | 'key';
  /** where the numbers are from */
  readonly source: string;
  /** the refusal, in the words of the classic contract */
  readonly text: string;
}

const MINUTE_MS = 60_000;
const EXCEEDED = 'Rate limit exceeded';

function perMinute(name: LimitName, n: number, scope: Policy['scope'], source: string): Policy {
  return { name, limit: n, windowMs: MINUTE_MS, scope, source, text: EXCEEDED };
}

export const POLICIES = {
  anonymousApi: {
    name: 'anonymous-api',
    limit: 100,
    windowMs: 15 * MINUTE_MS,
    scope: 'ip',
    source: 'S2-39',
    text: 'Too many requests from this IP',
  },
  userEndpoint: perMinute('user-endpoint', 100, 'user and endpoint', 'S3-07'),
  web: perMinute('web', 1_000, 'ip', 'C15'),
  mobile: perMinute('mobile', 500, 'key', 'C15'),
  thirdParty: perMinute('third-party', 100, 'key', 'C15'),
  free: perMinute('free', 100, 'key', 'C15'),
  paid: perMinute('paid', 1_000, 'key', 'C15'),
  login: { name: 'login', limit: 5, windowMs: 5 * MINUTE_MS, scope: 'ip', source: 'S3-07', text: EXCEEDED },
  /** Channels that callers without a token make on an open server. */
  newChannels: {
    name: 'new-channels',
    limit: 200,
    windowMs: 60 * MINUTE_MS,
    scope: 'ip',
    source: 'D4',
    text: 'Too many new channels from this IP',
  },
  ingest: {
    name: 'ingest',
    limit: 10_000,
    windowMs: 10_000,
    scope: 'ip',
    source: 'C36',
    text: EXCEEDED,
  },
} as const satisfies Record<string, Policy>;
