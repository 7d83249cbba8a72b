import { ERRORS, findUnstorableText, mayHoldUnstorableText } from '@ovation/protocol';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { HttpProblem } from '../answers/http-problem.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** No route has bodies of more levels, nor of more members and elements than a batch of the largest messages. */
const LEVELS_MAX = 32;
const MEMBERS_MAX = 100_000;
const COSTLY_TEXT = `A body may have ${LEVELS_MAX} levels and ${MEMBERS_MAX} members`;

const PACKED_TEXT = 'A body of JSON is sent as it is, without Content-Encoding';
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
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (encoding.toLowerCase() !== 'identity') throw new HttpProblem(ERRORS.unsupportedMedia, { text: PACKED_TEXT });
  // `parseAs: 'buffer'` gives a buffer, which need not be copied.
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  if (isCostly(bytes)) throw new HttpProblem(ERRORS.malformedJson, { text: COSTLY_TEXT });
  const text = decode(bytes);
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

const [QUOTE, BACKSLASH] = Buffer.from('"\\');
const BYTE_VALUES = 256;
/** How much deeper each byte leads, by its value. */
const DEEPER = Object.assign(new Int8Array(BYTE_VALUES), {
  [code('[')]: 1,
  [code('{')]: 1,
  [code(']')]: -1,
  [code('}')]: -1,
});
const COMMA = code(',');

function code(sign: string): number {
  return sign.charCodeAt(0);
}

/**
 * Whether reading it would hold up all other requests: two megabytes of brackets take a second, where a batch of the same length takes
 * ten milliseconds. Looked at byte by byte, because the parser itself cannot be stopped.
 */
function isCostly(bytes: Buffer): boolean {
  let levels = 0;
  let members = 0;
  let isText = false;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte === QUOTE) isText = !isText;
    // What follows it belongs to the text, also a quotation mark.
    else if (byte === BACKSLASH && isText) at += 1;
    else if (!isText) {
      levels += DEEPER[byte] ?? 0;
      if (byte === COMMA) members += 1;
      if (levels > LEVELS_MAX || members > MEMBERS_MAX) return true;
    }
  }
  return false;
}
