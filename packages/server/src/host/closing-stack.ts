/**
 * What was started, to be stopped in the opposite order. Every step runs even when one before it fails; the failures come
 * out together. (AsyncDisposableStack, which Node 22 does not have.)
 */
export class ClosingStack implements AsyncDisposable {
  readonly #steps: (() => unknown)[] = [];

  use<T extends AsyncDisposable>(part: T): T {
    this.#steps.push(() => part[Symbol.asyncDispose]());
    return part;
  }

  defer(step: () => unknown): void {
    this.#steps.push(step);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const failures: unknown[] = [];
    for (let step = this.#steps.pop(); step; step = this.#steps.pop()) {
      try {
        await step();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, 'Some parts could not be closed');
  }
}

/** The same for parts that stop at once. (DisposableStack, which Node 22 does not have.) */
export class DisposalStack {
  readonly #parts: Disposable[] = [];
  #disposed = false;

  get disposed(): boolean {
    return this.#disposed;
  }

  use<T extends Disposable>(part: T): T {
    if (this.#disposed) throw new ReferenceError('These parts have been disposed of: nothing can be added');
    this.#parts.push(part);
    return part;
  }

  dispose(): void {
    this.#disposed = true;
    for (let part = this.#parts.pop(); part; part = this.#parts.pop()) part[Symbol.dispose]();
  }
}
