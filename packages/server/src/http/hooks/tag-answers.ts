import { createHash } from 'node:crypto';
import type { FastifyInstance } from 'fastify';

/**
 * Every answer to a GET has an `ETag`; a request that names it in `If-None-Match` gets 304 and no body. Routes that know the
 * version of what they show set their own; for all others it is the hash of the body. `no-cache` means: keep it, but ask.
 */
export function tagAnswers(app: FastifyInstance): void {
  app.addHook('onSend', async (request, reply, payload) => {
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    if (!isRead || reply.statusCode !== 200 || typeof payload !== 'string') {
      if (!reply.hasHeader('cache-control'))
        void reply.header('cache-control', isRead && reply.statusCode === 304 ? 'no-cache' : 'no-store');
      return payload;
    }
    const tag = reply.getHeader('etag') ?? tagOf(payload);
    void reply.header('etag', tag);
    if (!reply.hasHeader('cache-control')) void reply.header('cache-control', 'no-cache');
    if (!namesTag(request.headers['if-none-match'], String(tag))) return payload;
    // A 304 has no body and says nothing about one.
    void reply.status(304).removeHeader('content-type').removeHeader('content-length');
    return null;
  });
}

const TAG_LENGTH = 22;

/** The tag of what has no version: a hash. */
export function tagOf(content: string | Buffer): string {
  return `"${createHash('sha256').update(content).digest('base64url').slice(0, TAG_LENGTH)}"`;
}

/** Whether `If-None-Match` names this tag. */
export function namesTag(header: string | undefined, tag: string): boolean {
  if (header === undefined) return false;
  return header.split(',').some((one) => ['*', tag].includes(one.trim().replace(/^W\//, '')));
}
