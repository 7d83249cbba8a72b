import { type Caller, userOf } from '../../callers/index.ts';
import type { RouteClass } from '../../http/route.ts';
import { POLICIES, type Policy } from './policies.ts';

interface Chosen {
  readonly policy: Policy;
  /** what is counted together */
  readonly subject: string;
}

/**
 * Which limit holds (ruling C36). Unknown callers of `/api/*` may ask 100 times in a quarter of an hour (S2-39). The page on
 * this machine has no token either and would reach that within minutes, so local callers have the limit of the page.
 */
export function choosePolicy(routeClass: RouteClass, endpoint: string, caller: Caller): Chosen | undefined {
  const { isLocal, network } = caller;
  const userId = userOf(caller);
  switch (routeClass) {
    case 'ingest':
      return { policy: POLICIES.ingest, subject: network };
    case 'classic':
      return { policy: POLICIES.web, subject: network };
    case 'api':
      if (isLocal) return { policy: POLICIES.web, subject: network };
      if (userId !== undefined) return { policy: POLICIES.userEndpoint, subject: `${userId}:${endpoint}` };
      return { policy: POLICIES.anonymousApi, subject: network };
    // Orchestrators and the owner of the data folder are never turned away; the page's files cost nothing.
    // The gateway has its own limits of connections.
    case 'live':
    case 'probe':
    case 'internal':
    case 'web':
      return undefined;
  }
}
