import type { ChangedLimits } from '../../config/limits.ts';
import type { LimitAnswer, RequestLimits } from '../../http/hooks/limit-requests.ts';
import type { Clock } from '../../ports/clock.ts';
import type { EphemeralStore } from '../../ports/ephemeral-store.ts';
import { choosePolicy } from './choose-policy.ts';
import type { Policy } from './policies.ts';

export { POLICIES } from './policies.ts';

export interface Limits {
  /** Takes one request of `subject` under `policy`; undefined when limits are off. */
  take(policy: Policy, subject: string): Promise<LimitAnswer | undefined>;
}

/** @param parts.changed limits that are not the usual ones, or `off` */
export function createLimits(parts: { store: EphemeralStore; clock: Clock; changed: 'off' | ChangedLimits }): Limits {
  const { changed, clock, store } = parts;
  if (changed === 'off') return { take: () => Promise.resolve(undefined) };
  return {
    async take(usual, subject) {
      const policy = { ...usual, ...changed[usual.name] };
      const taken = await store.take(`ratelimit:${subject}:${policy.name}`, policy);
      return {
        allowed: taken.allowed,
        policy,
        remaining: taken.remaining,
        retryAfterS: taken.allowed ? undefined : Math.max(1, Math.ceil(taken.retryAfterMs / 1_000)),
        resetAtS: Math.ceil((clock.now() + taken.resetMs) / 1_000),
      };
    },
  };
}

/** The limits as HTTP asks for them: the class of a route and the caller choose the policy. */
export function requestLimits(limits: Limits): RequestLimits {
  return {
    async take(routeClass, endpoint, caller) {
      const chosen = choosePolicy(routeClass, endpoint, caller);
      return chosen && limits.take(chosen.policy, chosen.subject);
    },
  };
}
