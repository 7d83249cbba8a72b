import { EventLogError } from '../../ports/event-log.ts';
import { RETRY_DELAY_MS } from './client-options.ts';
import { isPassing, type KafkaErrors } from './errors.ts';

export interface PatienceParts {
  readonly errors: KafkaErrors;
  /** After so long without success callers are told that the log is unavailable. */
  readonly limitMs: number;
  /** aborts when the log closes */
  readonly closing: AbortSignal;
}

/** Repeats requests that change nothing when they are made twice, for as long as callers may wait. */
export class Patience {
  readonly #parts: PatienceParts;

  constructor(parts: PatienceParts) {
    this.#parts = parts;
  }

  /**
   * @param doing such as `Topic "t" could not be read`; begins the sentence of the error
   * @param isPassingToo accepts further errors that another attempt may mend
   * @throws EventLogError
   */
  async run<T>(doing: string, work: () => Promise<T>, isPassingToo?: (error: unknown) => boolean): Promise<T> {
    const { errors, limitMs, closing } = this.#parts;
    const until = performance.now() + limitMs;
    for (;;) {
      if (closing.aborted) throw closed();
      try {
        return await work();
      } catch (error) {
        if (closing.aborted) throw closed();
        const mayMend = isPassing(error) || isPassingToo?.(error);
        if (!mayMend || performance.now() >= until) throw errors.of(error, doing);
        await new Promise((resolve) => setTimeout(resolve, RETRY_DELAY_MS));
      }
    }
  }
}

export function closed(): EventLogError {
  return new EventLogError('unavailable', 'The event log is closed');
}
