import { ERRORS, type ErrorSpec } from '@ovation/protocol';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { HttpProblem } from '../../http/answers/http-problem.ts';
import { type Route, type RouteContext, routeOf } from '../../http/route.ts';
import { arrivingFile } from './arriving-file.ts';
import { RECORDING_MAX_BYTES, RecordingProblem, type Recordings } from './index.ts';

interface RecordingDoors {
  readonly recordings: Recordings;
}

const SPECS: Readonly<Record<RecordingProblem['kind'], ErrorSpec>> = {
  unreadable: ERRORS.unreadableFile,
  too_large: ERRORS.tooLarge,
  busy: ERRORS.tooMany,
  no_room: ERRORS.diskFull,
};
/** Seconds until another analysis may be done. */
const BUSY_RETRY_S = 5;
/** Where in the file, as the sentences say it. */
const PLACE = /\b(?:line|comment|item|element|record|message) \d+/iu;

const chatFile = z
  .array(z.looseObject({ time: z.number(), user: z.string(), text: z.string() }))
  .describe('or the bytes of any chat log that is read, with any content type, packed with gzip or not');

const analysis = z.looseObject({
  format: z.string().describe('name of the format, recognised by the content'),
  messages: z.int(),
  skipped: z.int().describe('lines or comments that are no message'),
  warnings: z.array(z.string()),
  detector: z.literal('surge'),
  found: z.int().describe('moments that were found; the best of them are in `moments`'),
  momentsPerHour: z.int(),
  moments: z.array(
    z.looseObject({
      startSeconds: z.number(),
      endSeconds: z.number(),
      peakSeconds: z.number(),
      time: z.string().describe('h:mm:ss of the start'),
      score: z.number(),
      reasons: z.looseObject({}),
    }),
  ),
  messagesByMinute: z.array(z.tuple([z.int(), z.int()])),
});

const route = routeOf<RecordingDoors>();

export const routes: readonly Route<RecordingDoors>[] = [
  route({
    method: 'POST',
    path: '/api/v1/analyses',
    class: 'api',
    summary: 'The best moments of a chat log that is sent',
    takesFile: true,
    needsAnyToken: true,
    describes: { body: chatFile, answers: { 200: analysis } },
    example: () => [
      { time: 61.5, user: 'viewer7', text: 'what a goal' },
      { time: 62, user: 'viewer8', text: 'GOAL' },
    ],
    handler:
      ({ recordings }, context) =>
      (request, reply) =>
        analyze(recordings, context, { request, reply }),
  }),
];

/**
 * The best moments of a chat log, which is the body as it is: of any type, packed or not, and large. Analyzed when it has
 * come in, and not kept.
 */
async function analyze(
  recordings: Recordings,
  { callerOf, clock }: RouteContext,
  { request, reply }: { request: FastifyRequest; reply: FastifyReply },
): Promise<unknown> {
  if (Number(request.headers['content-length'] ?? 0) > RECORDING_MAX_BYTES) {
    throw new HttpProblem(ERRORS.tooLarge, { headers: { connection: 'close' } });
  }
  const { network } = await callerOf(request);
  const gone = new AbortController();
  const stop = () => gone.abort();
  reply.raw.once('close', stop);
  try {
    const found = await recordings.analyze(arrivingFile(request.raw, gone, clock), gone.signal, network);
    return await reply.header('cache-control', 'no-store').send(found);
  } catch (error) {
    const problem = problemOfRecording(error);
    if (problem) throw problem;
    if (!request.raw.destroyed && !reply.raw.destroyed) throw error;
    // The sender has gone, and would not read an answer.
    reply.hijack();
    return undefined;
  } finally {
    reply.raw.off('close', stop);
    gone.abort();
    // The rest of the file must not keep the sender from reading the answer.
    setImmediate(() => request.raw.resume());
  }
}

function problemOfRecording(error: unknown): HttpProblem | undefined {
  if (!(error instanceof RecordingProblem)) return undefined;
  const { kind, message } = error;
  const details =
    kind === 'unreadable' ? [{ field: PLACE.exec(message)?.[0].toLowerCase() ?? 'file', reason: message }] : [];
  const headers = kind === 'busy' || kind === 'no_room' ? { 'retry-after': String(BUSY_RETRY_S) } : {};
  return new HttpProblem(SPECS[kind], { text: message, details, headers, cause: error });
}
