import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { isLoopbackPeer } from './peer.ts';

/** A request, as far as it says something of the page that sends it. */
export interface PageRequest {
  readonly headers: IncomingHttpHeaders;
  readonly socket: Pick<IncomingMessage['socket'], 'remoteAddress'>;
}

export interface PageRuleOptions {
  /** only this machine can connect: then a name in `Host` proves nothing, any name can be pointed at 127.0.0.1 */
  readonly hostIsLoopback: boolean;
  /** origins of pages that may do what this server's own page may */
  readonly origins: readonly string[];
  /** Whether the request can change something, or hold something of the server: a socket, a stream or a poll does. */
  readonly isChange: boolean;
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
export function pageRefusal(request: PageRequest, options: PageRuleOptions): string | undefined {
  const { host: name, origin } = request.headers;
  const host = name === undefined ? undefined : urlOf(`http://${name}`);
  const asked = askedOf(request, host);
  const names = [...(name === undefined ? [] : [host]), ...(asked === host ? [] : [asked])];
  if (options.hostIsLoopback && !names.every((url) => isOwnName(url?.hostname))) return PAGE_TEXTS.host;
  if (!options.isChange || origin === undefined || options.origins.includes(origin)) return undefined;
  return isOwnPage(origin, asked, request.headers['sec-fetch-site']) ? undefined : PAGE_TEXTS.origin;
}

/** @param site `Sec-Fetch-Site`, which a browser sets and no page can */
function isOwnPage(origin: string, asked: URL | undefined, site: string | string[] | undefined): boolean {
  const page = urlOf(origin);
  if (asked && page?.host === asked.host) return true;
  // The browser compared the two itself. The name is looked at still: one that was pointed here is no name of ours.
  return site === 'same-origin' && isOwnName(page?.hostname);
}

/**
 * The address that the browser asked: a proxy on this machine may pass another `Host` on, with its own name or without the
 * port. It writes the last entries of its headers itself; from elsewhere they are not read.
 */
function askedOf({ headers, socket }: PageRequest, host: URL | undefined): URL | undefined {
  if (!isLoopbackPeer(socket.remoteAddress)) return host;
  const last = (name: string) => [headers[name]].flat().join(',').split(',').at(-1)?.trim() || undefined;
  const [forwarded, port = ''] = [last('x-forwarded-host'), last('x-forwarded-port')];
  const asked = forwarded === undefined ? host : urlOf(`http://${forwarded}`);
  return asked?.port === '' && /^\d{1,5}$/.test(port) ? urlOf(`http://${asked.hostname}:${port}`) : asked;
}

function isOwnName(hostname: string | undefined): boolean {
  if (hostname === undefined) return false;
  if (hostname === 'localhost' || hostname.endsWith('.localhost')) return true;
  return isIP(hostname.replace(/^\[|\]$/g, '')) !== 0;
}

function urlOf(origin: string): URL | undefined {
  return URL.parse(origin) ?? undefined;
}
