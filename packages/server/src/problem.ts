import type { ErrorSpec } from '@ovation/protocol';

/**
 * A refusal: what was asked for is not valid, or cannot be now. Each door answers it in its own shape. It is no failure of
 * the server: consumers set the record aside, and nothing is retried because of it.
 */
export class Problem extends Error {
  /** entry of the catalogue: code, status, whether a retry can help */
  readonly spec: ErrorSpec;
  /** when to come back, whole seconds; undefined when nobody knows */
  readonly retryAfterS: number | undefined;

  /** @param message a sentence for the caller, instead of the catalogue's */
  constructor(
    spec: ErrorSpec,
    message: string = spec.sentence,
    options: ErrorOptions & { readonly retryAfterS?: number | undefined } = {},
  ) {
    super(message, options);
    this.name = 'Problem';
    this.spec = spec;
    this.retryAfterS = options.retryAfterS;
  }
}
