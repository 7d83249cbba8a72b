const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * Whether a page may change things without a token: pages of this server, pages on this machine, and clients that are
 * no pages at all. Browsers let every page open a socket to localhost; open settings must not be open to all of them.
 */
export function isTrustedOrigin(origin: string | undefined, host: string | undefined): boolean {
  if (origin === undefined) return true;
  const from = URL.parse(origin)?.hostname;
  if (from === undefined) return false;
  return LOOPBACK.has(from) || from === URL.parse(`http://${host ?? ''}`)?.hostname;
}
