import { RecordingProblem } from './recording-problem.ts';

// RFC 7578 and, for the delimiters, RFC 2046 section 5.1.1.
const CONTENT_TYPE = /^multipart\/form-data\b/iu;
const BOUNDARY = /;\s*boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))/iu;
const HEADERS_MAX = 16_384;
const LINE_END = Buffer.from('\r\n');
const HEADERS_END = Buffer.from('\r\n\r\n');
const CLOSE = Buffer.from('--');

/**
 * The file in a body: of a form (`curl -F file=@chat.json`, a page's form) its only file, of any other body all of it.
 * @throws RecordingProblem, while it is iterated, for a form without a file or with several
 */
export function fileInBody(
  contentType: string | undefined,
  body: AsyncIterable<Uint8Array>,
): AsyncIterable<Uint8Array> {
  if (contentType === undefined || !CONTENT_TYPE.test(contentType)) return body;
  const [, quoted, plain] = BOUNDARY.exec(contentType) ?? [];
  return fileInForm(body, quoted ?? plain);
}

async function* fileInForm(
  body: AsyncIterable<Uint8Array>,
  boundary: string | undefined,
): AsyncGenerator<Uint8Array, void> {
  if (boundary === undefined) throw wrongForm('names no boundary in its content type');
  const form = new Form(body, Buffer.from(`\r\n--${boundary}`, 'latin1'));
  let files = 0;
  // What stands before the first part is for old mail programs.
  for await (const _piece of form.untilDelimiter());
  while (await form.nextPart()) {
    const headers = await form.headers();
    const isFile = /^content-disposition:.*\bfilename\*?=/imu.test(headers);
    if (isFile) files += 1;
    if (files > 1) throw wrongForm('holds several files: send one');
    for await (const piece of form.untilDelimiter()) if (isFile) yield piece;
  }
  if (files === 0) throw wrongForm('holds no file: send the chat log as a file of the form, or as the body itself');
}

function wrongForm(what: string): RecordingProblem {
  return new RecordingProblem('unreadable', `The form (multipart/form-data) ${what}`);
}

/** A form as its bytes come in; memory does not grow with its parts. */
class Form {
  readonly #reading: AsyncIterator<Uint8Array>;
  readonly #delimiter: Buffer;
  // The first delimiter has no line end before it.
  #data: Buffer = LINE_END;
  #isOver = false;

  constructor(body: AsyncIterable<Uint8Array>, delimiter: Buffer) {
    this.#reading = body[Symbol.asyncIterator]();
    this.#delimiter = delimiter;
  }

  /** The bytes up to the next delimiter, which is taken too. */
  async *untilDelimiter(): AsyncGenerator<Uint8Array, void> {
    for (;;) {
      const at = this.#data.indexOf(this.#delimiter);
      // A delimiter may have come in half.
      const end = at === -1 ? Math.max(0, this.#data.length - this.#delimiter.length) : at;
      if (end > 0) yield this.#data.subarray(0, end);
      if (at !== -1) {
        this.#data = this.#data.subarray(at + this.#delimiter.length);
        return;
      }
      this.#data = this.#data.subarray(end);
      await this.#more();
    }
  }

  /** Behind a delimiter: whether a part follows and not the end of the form. */
  async nextPart(): Promise<boolean> {
    while (this.#data.length < CLOSE.length) await this.#more();
    return !this.#data.subarray(0, CLOSE.length).equals(CLOSE);
  }

  async headers(): Promise<string> {
    for (;;) {
      const at = this.#data.indexOf(HEADERS_END);
      if (at !== -1) {
        const headers = this.#data.toString('utf8', 0, at);
        this.#data = this.#data.subarray(at + HEADERS_END.length);
        return headers;
      }
      if (this.#data.length > HEADERS_MAX) throw wrongForm('has a part whose headers do not end');
      await this.#more();
    }
  }

  async #more(): Promise<void> {
    if (this.#isOver) throw wrongForm('ends too early: it was cut off, send it again');
    const next = await this.#reading.next();
    if (next.done) this.#isOver = true;
    else this.#data = Buffer.concat([this.#data, next.value]);
  }
}
