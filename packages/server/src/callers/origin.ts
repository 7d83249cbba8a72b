import { isIP } from 'node:net';

/**
 * Whether a page may change things without a token: pages on this machine, pages of this server, and clients that are
 * no pages at all. Browsers let every page open a socket to localhost; open settings must not be open to all of them.
 * @param hostIsLoopback then a name in `Host` proves nothing: any name can be pointed at 127.0.0.1 ("DNS rebinding")
 */
export function isTrustedOrigin(
  origin: string | undefined,
  host: string | undefined,
  hostIsLoopback: boolean,
): boolean {
  if (origin === undefined) return true;
  const from = URL.parse(origin)?.hostname;
  if (from === undefined) return false;
  if (isLoopbackName(from)) return true;
  if (from !== URL.parse(`http://${host ?? ''}`)?.hostname) return false;
  return !hostIsLoopback || isIP(from.replaceAll(/^\[|\]$/g, '')) !== 0;
}

function isLoopbackName(name: string): boolean {
  return name === 'localhost' || name.endsWith('.localhost') || name === '127.0.0.1' || name === '[::1]';
}
