import { monitorEventLoopDelay } from 'node:perf_hooks';

/** How often the loop is asked: fifty times a second costs nothing that could be measured. */
const RESOLUTION_MS = 20;
const P99 = 99;
const NS_PER_MS = 1e6;

/** How late the event loop gets to what is due. */
export class LoopDelay implements Disposable {
  readonly #histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });

  constructor() {
    this.#histogram.enable();
  }

  /** p99 since the last call, ms. */
  readonly take = (): number => {
    const p99 = this.#histogram.percentile(P99) / NS_PER_MS - RESOLUTION_MS;
    this.#histogram.reset();
    return Math.max(0, p99);
  };

  [Symbol.dispose](): void {
    this.#histogram.disable();
  }
}
