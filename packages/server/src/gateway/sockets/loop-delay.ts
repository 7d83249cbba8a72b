import { monitorEventLoopDelay } from 'node:perf_hooks';

/** How often the loop is asked: fifty times a second costs nothing that could be measured. */
const RESOLUTION_MS = 20;

/** How late the event loop gets to what is due. */
export class LoopDelay implements Disposable {
  readonly #histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });

  constructor() {
    this.#histogram.enable();
  }

  /** p99 since the last call, ms. */
  readonly take = (): number => {
    const p99 = this.#histogram.percentile(99) / 1e6 - RESOLUTION_MS;
    this.#histogram.reset();
    return Math.max(0, p99);
  };

  [Symbol.dispose](): void {
    this.#histogram.disable();
  }
}
