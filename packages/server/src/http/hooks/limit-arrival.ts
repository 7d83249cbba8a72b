import type { FastifyInstance } from 'fastify';

/** A whole request must have arrived within this: slow senders do not pile up. */
const REQUEST_MS = 30_000;
/** The same for a file, which may be large. */
export const UPLOAD_MS = 900_000;

/** Node's own limit is one for the whole server, so it is that of files; every other body is given less time here. */
export function limitArrival(app: FastifyInstance): void {
  app.addHook('preParsing', async (request, reply, payload) => {
    const { headers } = request;
    const hasBody = headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
    if (!hasBody || request.routeOptions.config.route?.takesFile === true) return payload;
    const limit = setTimeout(() => request.raw.destroy(), REQUEST_MS);
    limit.unref();
    payload.once('end', () => clearTimeout(limit));
    reply.raw.once('close', () => clearTimeout(limit));
    return payload;
  });
}
