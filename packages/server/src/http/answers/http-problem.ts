import type { ErrorSpec } from '@ovation/protocol';
import { Problem } from '../../problem.ts';

export interface ProblemDetail {
  readonly field: string;
  readonly reason: string;
}

/** A refusal with what only HTTP has. Thrown by handlers and hooks, written by `answer-error.ts` in the shape of its route. */
export class HttpProblem extends Problem {
  readonly details: readonly ProblemDetail[];
  readonly headers: Readonly<Record<string, string>>;
  /** further fields where the classic shape is answered */
  readonly classicFields: Readonly<Record<string, unknown>>;

  constructor(
    spec: ErrorSpec,
    options: {
      /** instead of the catalogue's sentence */
      text?: string | undefined;
      details?: readonly ProblemDetail[] | undefined;
      headers?: Readonly<Record<string, string>>;
      classicFields?: Readonly<Record<string, unknown>>;
      cause?: unknown;
    } = {},
  ) {
    super(spec, options.text, { cause: options.cause });
    this.name = 'HttpProblem';
    this.details = options.details ?? [];
    this.headers = options.headers ?? {};
    this.classicFields = options.classicFields ?? {};
  }
}
