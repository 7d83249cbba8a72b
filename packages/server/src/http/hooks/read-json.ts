import { ERRORS, findUnstorableText, mayHoldUnstorableText } from '@ovation/protocol';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { HttpProblem } from '../answers/http-problem.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true });

const UNSTORABLE_TEXT = 'Text must not hold U+0000 or half a surrogate pair';

/**
 * JSON is the only body this server takes. Bytes that are not UTF-8 and text that cannot be stored are refused here,
 * for all routes at once. No body at all is `undefined`, which every route refuses in its own words.
 */
export function takeOnlyJson(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    try {
      readJson(parse, request, body, done);
    } catch (error) {
      done(error instanceof Error ? error : new Error(String(error)));
    }
  });
}

type Parse = ReturnType<FastifyInstance['getDefaultJsonParser']>;

function readJson(
  parse: Parse,
  request: FastifyRequest,
  body: string | Buffer,
  done: (error: Error | null, value?: unknown) => void,
): void {
  if (body.length === 0) return done(null, undefined);
  const text = typeof body === 'string' ? body : decode(body);
  // The parser answers by the callback, whatever its type allows.
  void parse(request, text, (error, value: unknown) => {
    if (error) return done(new HttpProblem(ERRORS.malformedJson, { cause: error }));
    const field = mayHoldUnstorableText(text) ? findUnstorableText(value) : undefined;
    if (field === undefined) return done(null, value);
    return done(
      new HttpProblem(ERRORS.validation, { text: UNSTORABLE_TEXT, details: [{ field, reason: UNSTORABLE_TEXT }] }),
    );
  });
}

function decode(body: Buffer): string {
  try {
    return utf8.decode(body);
  } catch (error) {
    throw new HttpProblem(ERRORS.malformedJson, { cause: error });
  }
}
