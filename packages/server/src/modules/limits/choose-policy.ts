import type { Caller } from '../../callers/index.ts';
import type { RouteClass } from '../../http/route.ts';
import { POLICIES, type Policy } from './policies.ts';

interface Chosen {
  readonly policy: Policy;
  /** what is counted together */
  readonly subject: string;
}

/**
 * Which limit holds (ruling C36). S2-39's, 100 in a quarter of an hour, is for unknown callers of `/api/*`. The page on
 * this machine is one of those, and would stop within minutes: it has a limit of its own.
 */
export function choosePolicy(routeClass: RouteClass, endpoint: string, caller: Caller): Chosen | undefined {
  const { isLocal, network, userId } = caller;
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
