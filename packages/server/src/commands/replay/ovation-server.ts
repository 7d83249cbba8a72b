import { CommandError } from '../command-errors.ts';
import type { CommandIo } from '../command-io.ts';
import { printable } from '../terminal/text.ts';

const TIMEOUT_MS = 10_000;
const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 5_000;

export interface Call {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly body?: unknown;
  /** how long to try again while the server is busy or away; 0 = once */
  readonly patienceMs?: number;
  readonly signal: AbortSignal;
}

type Attempt =
  | { ok: true; body: unknown }
  | { ok: false; error: CommandError; retryAfterMs?: number; isFinal: boolean };

/** Calls `/api/v1`. While the server is busy or does not answer, it tries again with growing pauses. */
export class OvationServer {
  readonly #url: string;
  readonly #token: string | undefined;
  readonly #io: CommandIo;

  constructor(url: string, token: string | undefined, io: CommandIo) {
    this.#url = url;
    this.#token = token;
    this.#io = io;
  }

  /** The body of the answer. @throws CommandError, or the signal's reason */
  async call(call: Call): Promise<unknown> {
    const giveUpAt = this.#io.now() + (call.patienceMs ?? 0);
    for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(LONGEST_WAIT_MS, waitMs * 2)) {
      const attempt = await this.#attempt(call);
      if (attempt.ok) return attempt.body;
      const pauseMs = Math.max(waitMs, attempt.retryAfterMs ?? 0);
      if (attempt.isFinal || this.#io.now() + pauseMs > giveUpAt) throw attempt.error;
      await this.#io.sleep(pauseMs, call.signal);
    }
  }

  async #attempt({ method, path, body, signal }: Call): Promise<Attempt> {
    signal.throwIfAborted();
    try {
      const response = await fetch(`${this.#url}/api/v1${path}`, {
        method,
        headers: {
          accept: 'application/json',
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(this.#token === undefined ? {} : { authorization: `Bearer ${this.#token}` }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
      });
      const answer = parse(await response.text());
      return response.ok ? { ok: true, body: answer } : refused(response, answer);
    } catch {
      signal.throwIfAborted();
      return { ok: false, isFinal: false, error: this.#away() };
    }
  }

  #away(): CommandError {
    return new CommandError(
      `Nothing answers at ${this.#url}: start the server with "npm start" (or name another with --url) and try again`,
    );
  }
}

function refused(response: Response, answer: unknown): Attempt {
  const { status } = response;
  const retryAfter = Number(response.headers.get('retry-after'));
  return {
    ok: false,
    isFinal: !(status === 429 || status >= 500),
    ...(retryAfter > 0 ? { retryAfterMs: retryAfter * 1_000 } : {}),
    error: new CommandError(sentence(status, answer)),
  };
}

function sentence(status: number, answer: unknown): string {
  if (status === 401 || status === 403) {
    return `The server does not allow this (${textOf(answer) || status}): give a token that may change the channel with --token`;
  }
  return `The server answered ${status}${textOf(answer) === '' ? '' : `: ${textOf(answer)}`}`;
}

/** The words of an error envelope, the classic one included. */
function textOf(answer: unknown): string {
  // The text is only shown; the type of every field is checked below.
  const error = (answer as { error?: unknown } | null | undefined)?.error;
  if (typeof error === 'string') return printable(error);
  const { message, details } = (error ?? {}) as { message?: unknown; details?: unknown };
  const reasons = Array.isArray(details) ? details.map((detail: { reason?: unknown } | null) => detail?.reason) : [];
  const words = [message, ...reasons].filter((part) => typeof part === 'string');
  return printable(words.join(': '));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
