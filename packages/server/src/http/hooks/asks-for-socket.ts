import type { IncomingMessage } from 'node:http';
import { pendingAnswer } from './pending-answer.ts';

/**
 * Whether a request asks for a socket. Every other upgrade is an offer (`h2c`, as curl and Java make it), and is answered as
 * the plain request that it also is. So is one that comes while earlier requests of its connection are not answered yet:
 * their answers would be written among the frames.
 */
export function asksForSocket({
  headers,
  method,
  socket,
}: Pick<IncomingMessage, 'headers' | 'method' | 'socket'>): boolean {
  return method === 'GET' && headers.upgrade?.toLowerCase() === 'websocket' && pendingAnswer(socket) === undefined;
}
