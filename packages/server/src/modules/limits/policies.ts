/**
 * Every rate limit by its name (rulings C15, C36): the classic contracts name five that contradict each other, so each is a
 * policy of its own, and modules/limits/choose-policy.ts says where it holds. Those of accounts, keys and tiers wait for
 * the routes that they are for.
 */
export interface Policy {
  readonly name: string;
  /** requests that may come at once */
  readonly burst: number;
  /** new ones, evenly, every `perMs` */
  readonly rate: number;
  readonly perMs: number;
  /** what is counted together */
  readonly scope: 'ip' | 'user and endpoint' | 'key';
  /** where the numbers are from */
  readonly source: string;
  /** the refusal, in the words of the classic contract */
  readonly text: string;
}

const MINUTE_MS = 60_000;
const EXCEEDED = 'Rate limit exceeded';

function perMinute(name: string, n: number, scope: Policy['scope'], source: string): Policy {
  return { name, burst: n, rate: n, perMs: MINUTE_MS, scope, source, text: EXCEEDED };
}

export const POLICIES = {
  anonymousApi: {
    name: 'anonymous-api',
    burst: 100,
    rate: 100,
    perMs: 15 * MINUTE_MS,
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
  login: { name: 'login', burst: 5, rate: 5, perMs: 5 * MINUTE_MS, scope: 'ip', source: 'S3-07', text: EXCEEDED },
  /** Channels that callers without a token make on an open server. */
  newChannels: {
    name: 'new-channels',
    burst: 200,
    rate: 200,
    perMs: 60 * MINUTE_MS,
    scope: 'ip',
    source: 'D4',
    text: 'Too many new channels from this IP',
  },
  ingest: {
    name: 'ingest',
    burst: 10_000,
    rate: 60_000,
    perMs: MINUTE_MS,
    scope: 'ip',
    source: 'C36',
    text: EXCEEDED,
  },
} as const satisfies Record<string, Policy>;
