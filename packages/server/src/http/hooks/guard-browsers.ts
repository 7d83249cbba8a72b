import { isIP } from 'node:net';
import { ERRORS } from '@ovation/protocol';
import type { FastifyInstance } from 'fastify';
import { HttpProblem } from '../answers/http-problem.ts';
import type { AccessRule } from '../../callers/index.ts';

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
  /** Whether it can change something. A WebSocket upgrade can: its frames may. */
  readonly isChange: boolean;
}

/** The sentence to refuse the request with, or undefined to let it pass. Only for servers that are open and on loopback. */
export function browserRefusal(request: BrowserRequest): string | undefined {
  const host = request.host === undefined ? undefined : hostOf(`http://${request.host}`);
  if (request.host !== undefined && !isOwnName(host?.hostname)) return BROWSER_TEXTS.host;
  if (!request.isChange || request.origin === undefined) return undefined;
  return hostOf(request.origin)?.host === host?.host && host ? undefined : BROWSER_TEXTS.origin;
}

export function guardBrowsers(
  app: FastifyInstance,
  { access, hostIsLoopback }: { access: AccessRule; hostIsLoopback: boolean },
): void {
  if (access.mode !== 'open' || !hostIsLoopback) return;
  app.addHook('onRequest', async (request) => {
    const { host, origin } = request.headers;
    const refusal = browserRefusal({ host, origin, isChange: !SAFE_METHODS.has(request.method) });
    if (refusal) throw new HttpProblem(ERRORS.forbidden, { text: refusal });
  });
}

function isOwnName(hostname: string | undefined): boolean {
  if (hostname === undefined) return false;
  if (hostname === 'localhost' || hostname.endsWith('.localhost')) return true;
  return isIP(hostname.replace(/^\[|\]$/g, '')) !== 0;
}

function hostOf(origin: string): URL | undefined {
  return URL.parse(origin) ?? undefined;
}
