const CAPACITY = 4_096;

/** A number for each of the last 4,096 seconds; 0 for those before the first. Constant memory. */
export class SecondRing {
  readonly #values = new Float64Array(CAPACITY);

  get(second: number): number {
    return this.#values[second & (CAPACITY - 1)] ?? 0;
  }

  set(second: number, value: number): void {
    this.#values[second & (CAPACITY - 1)] = value;
  }
}
