import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';
import { ERRORS } from '@ovation/protocol';
import type { FastifyInstance } from 'fastify';
import { HttpProblem } from '../answers/http-problem.ts';
import { type AccessRule, isLoopbackPeer } from '../../callers/index.ts';

/**
 * An open server on loopback trusts every connection, and any page in the streamer's browser can make one. So a
 * page of another origin may read nothing (no CORS headers) and change nothing (Origin), and a foreign name that was
 * pointed at 127.0.0.1 does not make a page one of ours (Host; "DNS rebinding").
 */
export const BROWSER_TEXTS = {
  origin:
    'Refused: this request comes from a page of another origin. Open the page on this server itself, or send no Origin header',
  host: 'Refused: this server answers only to localhost or an IP address. To serve it under a name, set OVATION_SETTINGS_AUTH=token',
} as const;

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);

export interface BrowserRequest {
  readonly host: string | undefined;
  readonly origin: string | undefined;
  /** for whom a proxy on this machine asks; read only from there */
  readonly forwarded?: Forwarded | undefined;
  /** `Sec-Fetch-Site`, which a browser sets and no page can */
  readonly site?: string | undefined;
  /** Whether it can change something. A WebSocket upgrade can: its frames may. */
  readonly isChange: boolean;
}

/** What a proxy says of the address that the browser asked. */
interface Forwarded {
  readonly host: string | undefined;
  readonly port: string | undefined;
}

/** The sentence to refuse the request with, or undefined to let it pass. Only for servers that are open and on loopback. */
export function browserRefusal(request: BrowserRequest): string | undefined {
  const host = request.host === undefined ? undefined : hostOf(`http://${request.host}`);
  const asked = askedOf(request, host);
  if (request.host !== undefined && !isOwnName(host?.hostname)) return BROWSER_TEXTS.host;
  if (asked !== host && !isOwnName(asked?.hostname)) return BROWSER_TEXTS.host;
  const isRefused = request.isChange && request.origin !== undefined && !isOwnPage(request.origin, asked, request.site);
  return isRefused ? BROWSER_TEXTS.origin : undefined;
}

function isOwnPage(origin: string, asked: URL | undefined, site: string | undefined): boolean {
  const page = hostOf(origin);
  if (asked && page?.host === asked.host) return true;
  // The browser compared the two itself. The name is looked at still: one that was pointed here is no name of ours.
  return site === 'same-origin' && isOwnName(page?.hostname);
}

/** The address that the browser asked: a proxy may pass another `Host` on, with its own name or without the port. */
function askedOf({ forwarded }: BrowserRequest, host: URL | undefined): URL | undefined {
  const asked = forwarded?.host === undefined ? host : hostOf(`http://${forwarded.host}`);
  const port = forwarded?.port ?? '';
  return asked?.port === '' && /^\d{1,5}$/.test(port) ? hostOf(`http://${asked.hostname}:${port}`) : asked;
}

export function guardBrowsers(
  app: FastifyInstance,
  { access, hostIsLoopback }: { access: AccessRule; hostIsLoopback: boolean },
): void {
  if (access.mode !== 'open' || !hostIsLoopback) return;
  app.addHook('onRequest', async (request) => {
    const { host, origin, 'sec-fetch-site': site } = request.headers;
    const forwarded = isLoopbackPeer(request.socket.remoteAddress) ? forwardedOf(request.headers) : undefined;
    const isChange = !SAFE_METHODS.has(request.method);
    const refusal = browserRefusal({ host, origin, forwarded, site: [site].flat()[0], isChange });
    if (refusal) throw new HttpProblem(ERRORS.forbidden, { text: refusal });
  });
}

/** The last entries, which the proxy on this machine wrote itself. */
function forwardedOf(headers: IncomingHttpHeaders): Forwarded {
  const last = (name: string) => [headers[name]].flat().join(',').split(',').at(-1)?.trim() || undefined;
  return { host: last('x-forwarded-host'), port: last('x-forwarded-port') };
}

function isOwnName(hostname: string | undefined): boolean {
  if (hostname === undefined) return false;
  if (hostname === 'localhost' || hostname.endsWith('.localhost')) return true;
  return isIP(hostname.replace(/^\[|\]$/g, '')) !== 0;
}

function hostOf(origin: string): URL | undefined {
  return URL.parse(origin) ?? undefined;
}
