import { randomUUID } from 'node:crypto';
import { STATUS_CODES, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { ERRORS, type ErrorEnvelope, type ErrorSpec } from '@ovation/protocol';
import type { FastifyInstance } from 'fastify';
import { HttpProblem } from '../answers/http-problem.ts';
import { pendingAnswer } from './pending-answer.ts';

const TWO_HOSTS = 'The request has more than one Host header';

/** Node keeps the first of two Host headers; a proxy may have kept the other. */
export function hasTwoHosts({ rawHeaders }: Pick<IncomingMessage, 'rawHeaders'>): boolean {
  return rawHeaders.filter((text, index) => index % 2 === 0 && text.toLowerCase() === 'host').length > 1;
}

/** Who is asked must be one name: what one part refuses by its name, another would answer. */
export function refuseTwoHosts(app: FastifyInstance): void {
  app.addHook('onRequest', async (request) => {
    if (hasTwoHosts(request.raw)) throw new HttpProblem(ERRORS.validation, { text: TWO_HOSTS });
  });
}

const BY_CODE: Readonly<Record<string, ErrorSpec>> = {
  HPE_HEADER_OVERFLOW: ERRORS.headersTooLarge,
  ERR_HTTP_REQUEST_TIMEOUT: ERRORS.requestTimeout,
};

/** Connections that are told of an error when the answers before it have been given. */
const told = new WeakSet<Duplex>();

/**
 * What cannot be parsed has no address, so it is answered in the shape of the API, and the connection ends. Answers keep
 * their order: those of earlier requests, which may have changed something, come first. Nothing is written once the answer
 * to the request itself has begun: its bytes would be taken for a part of that.
 */
export function answerUnreadable(error: NodeJS.ErrnoException, socket: Duplex): void {
  const pending = pendingAnswer(socket);
  if (error.code === 'ECONNRESET' || !socket.writable) socket.destroy();
  else if (pending?.req.complete) answerAfter(pending, error, socket);
  else if (pending?.headersSent) socket.destroy();
  else socket.end(rawAnswer(BY_CODE[error.code ?? ''] ?? ERRORS.unreadableRequest));
}

/** A stream never finishes, so nothing is written into it. */
function answerAfter(pending: ServerResponse, error: NodeJS.ErrnoException, socket: Duplex): void {
  if (told.has(socket)) return;
  told.add(socket);
  pending.once('finish', () => {
    told.delete(socket);
    answerUnreadable(error, socket);
  });
}

/** For an upgrade, which has no reply. */
export function twoHostsAnswer(): string {
  return rawAnswer(ERRORS.validation, TWO_HOSTS);
}

/** An answer with the envelope, for where there is no reply to write it by. */
function rawAnswer(spec: ErrorSpec, message = spec.sentence): string {
  const requestId = randomUUID();
  const envelope: ErrorEnvelope = {
    error: { code: spec.code, message, details: [], timestamp: new Date().toISOString(), requestId },
  };
  const body = JSON.stringify(envelope);
  return [
    `HTTP/1.1 ${spec.status} ${STATUS_CODES[spec.status]}`,
    'content-type: application/json; charset=utf-8',
    'cache-control: no-store',
    'x-content-type-options: nosniff',
    `x-request-id: ${requestId}`,
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
    '',
    body,
  ].join('\r\n');
}
