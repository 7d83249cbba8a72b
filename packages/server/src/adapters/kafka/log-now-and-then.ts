import type { Logger } from '../../telemetry/logger.ts';

const PERIOD_MS = 60_000;

/** The first line, and then one a minute: what is tried again five times a second must not fill the log. */
export class LogNowAndThen {
  readonly #logger: Logger;
  readonly #sentence: string;
  #nextAt = Number.NEGATIVE_INFINITY;

  constructor(logger: Logger, sentence: string) {
    this.#logger = logger;
    this.#sentence = sentence;
  }

  warn(fields: Readonly<Record<string, unknown>>): void {
    const now = performance.now();
    if (now < this.#nextAt) return;
    this.#nextAt = now + PERIOD_MS;
    this.#logger.warn(fields, this.#sentence);
  }
}
