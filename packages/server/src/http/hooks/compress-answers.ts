import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { FastifyInstance } from 'fastify';

const brotli = promisify(brotliCompress);
const deflate = promisify(gzip);

/** Less fits into one packet anyhow. */
const LEAST_BYTES = 1_024;
/** About as fast as gzip, and smaller; the highest level takes a hundred times as long. */
const BROTLI_QUALITY = 4;
const TEXT = /^(?:application\/(?:json|[\w.+-]+\+json)|text\/(?:plain|html))\b/;

/**
 * Compresses answers that a client asked to have compressed: whole texts of more than 1 KB, in a thread of libuv. Streams and
 * what has an encoding are left alone. The bytes are others then, so the tag is a weak one, which all conditions take.
 */
export function compressAnswers(app: FastifyInstance): void {
  app.addHook('onSend', async (request, reply, payload) => {
    const isText = typeof payload === 'string' && TEXT.test(String(reply.getHeader('content-type') ?? ''));
    if (!isText || payload.length < LEAST_BYTES || reply.hasHeader('content-encoding')) return payload;
    addVary(reply);
    const encoding = encodingFor(request.headers['accept-encoding']);
    if (encoding === undefined) return payload;
    const tag = reply.getHeader('etag');
    if (typeof tag === 'string' && !tag.startsWith('W/')) void reply.header('etag', `W/${tag}`);
    void reply.header('content-encoding', encoding).removeHeader('content-length');
    const params = { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY };
    return encoding === 'br' ? brotli(payload, { params }) : deflate(payload);
  });
}

/** A cache must not hand one client's encoding to another. */
function addVary(reply: { getHeader(name: string): unknown; header(name: string, value: string): unknown }): void {
  const vary = reply.getHeader('vary');
  const has = typeof vary === 'string' && /\baccept-encoding\b/i.test(vary);
  if (!has) reply.header('vary', typeof vary === 'string' ? `${vary}, accept-encoding` : 'accept-encoding');
}

/** Of the two that this server writes; an encoding with `q=0` is not wanted. */
export function encodingFor(accepted: string | undefined): 'br' | 'gzip' | undefined {
  const wanted = new Set<string>();
  for (const one of (accepted ?? '').toLowerCase().split(',')) {
    const [name = '', ...parameters] = one.split(';').map((part) => part.trim());
    if (!parameters.some((parameter) => /^q=0(?:\.0*)?$/.test(parameter))) wanted.add(name);
  }
  if (wanted.has('br')) return 'br';
  return wanted.has('gzip') || wanted.has('*') ? 'gzip' : undefined;
}
