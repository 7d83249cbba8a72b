import type { IncomingMessage } from 'node:http';

/**
 * Whether a request asks for a socket. Every other upgrade is an offer (`h2c`, as curl and Java make it), and is answered as
 * the plain request that it also is.
 */
export function asksForSocket({ headers, method }: Pick<IncomingMessage, 'headers' | 'method'>): boolean {
  return method === 'GET' && headers.upgrade?.toLowerCase() === 'websocket';
}
