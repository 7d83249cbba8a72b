import { ERRORS, type ErrorSpec } from '@ovation/protocol';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { RECORDING_MAX_BYTES, RecordingProblem } from '../../modules/recordings/index.ts';
import { HttpProblem } from '../http-problem.ts';
import type { HttpParts } from '../parts.ts';
import { bearerOf } from '../permission.ts';
import { arrivingFile } from './arriving-file.ts';

const SPECS: Readonly<Record<RecordingProblem['kind'], ErrorSpec>> = {
  unreadable: ERRORS.unreadableFile,
  too_large: ERRORS.tooLarge,
  busy: ERRORS.tooMany,
};
/** Seconds until somebody else's analysis may be done. */
const BUSY_RETRY_S = 5;
/** Where in the file, as the sentences say it. */
const PLACE = /\b(?:line|comment|item|element|record|message) \d+/iu;

/**
 * The best moments of a chat log, which is the body as it is: of any type, packed or not, as long as it likes. Analyzed
 * while it comes in and not kept. In a scope of its own, because everywhere else a body is JSON and is read as a whole.
 */
export function analysisRoutes(app: FastifyInstance, parts: Pick<HttpParts, 'access' | 'clock' | 'recordings'>): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, _payload, done) => done(null));
  app.post('/analyses', { config: { isUpload: true } }, async (request, reply) => {
    await requireKnownCaller(parts, request);
    if (Number(request.headers['content-length'] ?? 0) > RECORDING_MAX_BYTES) {
      throw new HttpProblem(ERRORS.tooLarge, { headers: { connection: 'close' } });
    }
    const gone = new AbortController();
    const stop = () => gone.abort();
    reply.raw.once('close', stop);
    try {
      const analysis = await parts.recordings.analyze(arrivingFile(request.raw, gone, parts.clock), gone.signal);
      return await reply.header('cache-control', 'no-store').send(analysis);
    } catch (error) {
      const problem = problemOfRecording(error);
      if (problem) throw problem;
      if (!request.raw.destroyed && !reply.raw.destroyed) throw error;
      // The sender has gone, and with it whoever would read an answer.
      reply.hijack();
      return undefined;
    } finally {
      reply.raw.off('close', stop);
      gone.abort();
      // What nobody reads must not keep the sender from reading the answer.
      setImmediate(() => request.raw.resume());
    }
  });
}

function problemOfRecording(error: unknown): HttpProblem | undefined {
  if (!(error instanceof RecordingProblem)) return undefined;
  const { kind, message } = error;
  const details =
    kind === 'unreadable' ? [{ field: PLACE.exec(message)?.[0].toLowerCase() ?? 'file', reason: message }] : [];
  const headers = kind === 'busy' ? { 'retry-after': String(BUSY_RETRY_S) } : {};
  return new HttpProblem(SPECS[kind], { text: message, details, headers, cause: error });
}

/** An analysis belongs to no channel, so any valid token will do. */
async function requireKnownCaller({ access }: Pick<HttpParts, 'access'>, request: FastifyRequest): Promise<void> {
  if (access.mode === 'open') return;
  const token = bearerOf(request);
  if (token === undefined) throw new HttpProblem(ERRORS.unauthenticated, { headers: { 'www-authenticate': 'Bearer' } });
  if (!(await access.verify(token))) throw new HttpProblem(ERRORS.forbidden);
}
