/**
 * Gives the single connection to one statement or one whole transaction at a time; everybody else waits in the order
 * of asking.
 */
export class Turns {
  #tail: Promise<void> = Promise.resolve();

  /** Resolves with the way to end the turn once all earlier turns have ended. */
  async take(): Promise<() => void> {
    const earlier = this.#tail;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#tail = promise;
    await earlier;
    return resolve;
  }

  /** One turn around `work`. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    const end = await this.take();
    try {
      return await work();
    } finally {
      end();
    }
  }
}
