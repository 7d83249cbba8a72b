import type { ErrorSpec } from '@ovation/protocol';

export interface ProblemDetail {
  readonly field: string;
  readonly reason: string;
}

/** An answer that is an error. Thrown by handlers and hooks, written by `answer-error.ts` in the shape of its route. */
export class HttpProblem extends Error {
  readonly spec: ErrorSpec;
  readonly details: readonly ProblemDetail[];
  readonly headers: Readonly<Record<string, string>>;
  /** further fields where the documents' shape is answered */
  readonly classicFields: Readonly<Record<string, unknown>>;

  constructor(
    spec: ErrorSpec,
    options: {
      /** instead of the catalogue's sentence */
      text?: string | undefined;
      details?: readonly ProblemDetail[];
      headers?: Readonly<Record<string, string>>;
      classicFields?: Readonly<Record<string, unknown>>;
      cause?: unknown;
    } = {},
  ) {
    super(options.text ?? spec.sentence, { cause: options.cause });
    this.name = 'HttpProblem';
    this.spec = spec;
    this.details = options.details ?? [];
    this.headers = options.headers ?? {};
    this.classicFields = options.classicFields ?? {};
  }
}
