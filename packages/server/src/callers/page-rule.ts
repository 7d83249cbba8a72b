import { isIP } from 'node:net';

/** What a request says of the page that sends it. */
export interface PageRequest {
  readonly host: string | undefined;
  readonly origin: string | undefined;
  /** Whether it can change something, or hold something of the server: a socket, a stream or a poll does. */
  readonly isChange: boolean;
}

export interface PageRuleOptions {
  /** only this machine can connect: then a name in `Host` proves nothing, any name can be pointed at 127.0.0.1 */
  readonly hostIsLoopback: boolean;
  /** origins of pages that may do what this server's own page may */
  readonly origins: readonly string[];
}

export const PAGE_TEXTS = {
  origin:
    'Refused: this request comes from a page of another origin. Open the page on this server itself, or send no Origin header',
  host: 'Refused: this server answers only to localhost or an IP address. To serve it under a name, set OVATION_SETTINGS_AUTH=token',
} as const;

/**
 * Why an open server refuses what a page asks; undefined when it does not. An open server trusts every connection, and any
 * page in a browser can make one. So a page of another origin may change nothing and open nothing (`Origin`), and a foreign
 * name that was pointed at 127.0.0.1 does not make a page one of ours (`Host`; "DNS rebinding"). HTTP, both sockets, streams
 * and polls ask this rule before anything is accepted.
 */
export function pageRefusal(request: PageRequest, { hostIsLoopback, origins }: PageRuleOptions): string | undefined {
  const host = request.host === undefined ? undefined : urlOf(`http://${request.host}`);
  if (hostIsLoopback && request.host !== undefined && !isOwnName(host?.hostname)) return PAGE_TEXTS.host;
  if (!request.isChange || request.origin === undefined || origins.includes(request.origin)) return undefined;
  return host && urlOf(request.origin)?.host === host.host ? undefined : PAGE_TEXTS.origin;
}

function isOwnName(hostname: string | undefined): boolean {
  if (hostname === undefined) return false;
  if (hostname === 'localhost' || hostname.endsWith('.localhost')) return true;
  return isIP(hostname.replace(/^\[|\]$/g, '')) !== 0;
}

function urlOf(origin: string): URL | undefined {
  return URL.parse(origin) ?? undefined;
}
