/** Room for numbers that are added before the old ones are removed. */
const SPARE = 8;

/** Median of a set of numbers that changes. */
export class RunningMedian {
  #sorted: Float64Array;
  #size = 0;

  constructor(capacity: number) {
    this.#sorted = new Float64Array(capacity + SPARE);
  }

  get size(): number {
    return this.#size;
  }

  /** 0 for an empty set. */
  get value(): number {
    return this.#sorted[(this.#size - 1) >> 1] ?? 0;
  }

  add(value: number): void {
    const place = this.#placeOf(value);
    this.#sorted.copyWithin(place + 1, place, this.#size);
    this.#sorted[place] = value;
    this.#size += 1;
  }

  /** The value must be in the set. */
  remove(value: number): void {
    const place = this.#placeOf(value);
    this.#sorted.copyWithin(place, place + 1, this.#size);
    this.#size -= 1;
  }

  /** Does `remove` and `add` in one step, which moves only the numbers between the two. `gone` must be in the set. */
  replace(gone: number, value: number): void {
    if (gone === value) return;
    const from = this.#placeOf(gone);
    let to = this.#placeOf(value);
    if (from < to) this.#sorted.copyWithin(from, from + 1, to--);
    else this.#sorted.copyWithin(to + 1, to, from);
    this.#sorted[to] = value;
  }

  /** First place whose value is not smaller. */
  #placeOf(value: number): number {
    let low = 0;
    let high = this.#size;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#sorted[middle] ?? 0) < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
