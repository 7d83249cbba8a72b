import { STATUS_CODES, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { NATIVE_SUBPROTOCOL } from '@ovation/protocol';
import type { Door } from './connection.ts';

const PATHS = new Set(['/', '/ws']);

export type UpgradeDecision =
  | { readonly ok: true; readonly door: Door; readonly query: URLSearchParams }
  | { readonly ok: false; readonly status: number; readonly problem: string };

/** Which door an upgrade leads to: the subprotocol decides, none means a classic client. */
export function decideUpgrade(request: Pick<IncomingMessage, 'url' | 'headers'>): UpgradeDecision {
  const url = URL.parse(request.url ?? '', 'http://gateway');
  if (!url) return refusal(400, 'The address is not valid');
  if (!PATHS.has(url.pathname)) return refusal(404, 'WebSockets are at / and /ws');
  const offered = request.headers['sec-websocket-protocol'];
  if (offered === undefined) return { ok: true, door: 'classic', query: url.searchParams };
  const isNative = offered.split(',').some((name) => name.trim() === NATIVE_SUBPROTOCOL);
  if (isNative) return { ok: true, door: 'native', query: url.searchParams };
  return refusal(400, `The only subprotocol is ${NATIVE_SUBPROTOCOL}; without one you get the classic JSON frames`);
}

/** Answers an upgrade with an HTTP error. */
export function refuseUpgrade(
  socket: Duplex,
  { status, problem, retryAfterSeconds }: { status: number; problem: string; retryAfterSeconds?: number | undefined },
): void {
  const body = JSON.stringify({ error: problem });
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    'Connection: close',
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...(retryAfterSeconds === undefined ? [] : [`Retry-After: ${retryAfterSeconds}`]),
  ];
  // The peer may be gone already.
  socket.on('error', () => socket.destroy());
  socket.once('finish', () => socket.destroy());
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}

function refusal(status: number, problem: string): UpgradeDecision {
  return { ok: false, status, problem };
}
