import { ERRORS, type ErrorSpec } from '@ovation/protocol';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { Problem } from '../../problem.ts';
import { storageProblemOf } from '../../storage-problem.ts';
import { HttpProblem } from './http-problem.ts';
import { DISK_FULL_MS } from '../probes/storage-watch.ts';

const BY_STATUS: Readonly<Record<number, ErrorSpec>> = {
  400: ERRORS.validation,
  // an address segment that is longer than any name
  414: ERRORS.notFound,
  403: ERRORS.notFound,
  404: ERRORS.notFound,
  413: ERRORS.tooLarge,
  415: ERRORS.unsupportedMedia,
};

/** Seconds after which a client may try again when a part is down. */
const RETRY_AFTER = { 'retry-after': '1' };
const RETRY_HEADERS: ReadonlyMap<ErrorSpec, Record<string, string>> = new Map([
  [ERRORS.unavailable, RETRY_AFTER],
  [ERRORS.diskFull, { 'retry-after': String(DISK_FULL_MS / 1_000) }],
]);

/** What an error means to the caller, or undefined for an unforeseen one. */
export function problemOf(error: unknown): HttpProblem | undefined {
  if (error instanceof HttpProblem) return error;
  if (error instanceof Problem) return problemOfModule(error);
  const ofStorage = storageProblemOf(error);
  if (ofStorage) return new HttpProblem(ofStorage, { headers: RETRY_HEADERS.get(ofStorage) ?? {}, cause: error });
  if (hasZodFastifySchemaValidationErrors(error)) {
    const details = error.validation.map((issue) => ({
      field: issue.instancePath.split('/').filter(Boolean).join('.'),
      reason: issue.message ?? 'is not valid',
    }));
    return new HttpProblem(ERRORS.validation, { details });
  }
  return problemOfFramework(error);
}

function problemOfModule({ message: text, retryAfterS, spec }: Problem): HttpProblem {
  if (retryAfterS === undefined) return new HttpProblem(spec, { text });
  const headers = { 'retry-after': String(retryAfterS) };
  return new HttpProblem(spec, { text, headers, classicFields: { retryAfter: retryAfterS } });
}

export function unavailable(cause: unknown): HttpProblem {
  return new HttpProblem(ERRORS.unavailable, { headers: RETRY_AFTER, cause });
}

/** Fastify and its plugins name their errors `FST_...` and give a status; their texts are for developers. */
function problemOfFramework(error: unknown): HttpProblem | undefined {
  if (!(error instanceof Error) || !('statusCode' in error) || typeof error.statusCode !== 'number') return undefined;
  const code = 'code' in error ? error.code : undefined;
  if (code === 'FST_ERR_CTP_INVALID_JSON_BODY') return new HttpProblem(ERRORS.malformedJson, { cause: error });
  // Whatever else says that the request is to blame is no failure of the server.
  const isOfCaller = error.statusCode >= 400 && error.statusCode < 500;
  const spec = BY_STATUS[error.statusCode] ?? (isOfCaller ? ERRORS.validation : undefined);
  return spec ? new HttpProblem(spec, { cause: error }) : undefined;
}
