import { ImportError } from '../import-error.ts';

import { JSON_PAGE_MAX_LENGTH } from '../records/json-scanner.ts';

/** Pages one after another go back in time within each page, and forward from page to page. */
const BACK_TO_FORWARD = 5;

/** Whether the times of the first items go back from one to the next. */
export function isNewestFirst(times: readonly (number | undefined)[]): boolean {
  const known = times.filter((time) => time !== undefined);
  let back = 0;
  let forward = 0;
  known.forEach((time, index) => {
    const before = known[index - 1] ?? time;
    if (time < before) back += 1;
    else if (time > before) forward += 1;
  });
  return back > 0 && back >= forward * BACK_TO_FORWARD;
}

/** @throws ImportError when the file is too long to hold its items */
export function checkHeldLength(length: number): void {
  if (length <= JSON_PAGE_MAX_LENGTH) return;
  throw new ImportError(
    'The file has the newest message first and more than 33 million characters, too many to turn it round: sort it by time, oldest message first',
  );
}

interface Held {
  readonly value: unknown;
  readonly where: string;
  readonly time: number | undefined;
}

/** Holds all items of a file that has the newest first, and gives them out by time. */
export class HeldItems {
  readonly #timeOf: (value: unknown) => number | undefined;
  #items: Held[] = [];

  constructor(timeOf: (value: unknown) => number | undefined) {
    this.#timeOf = timeOf;
  }

  add(value: unknown, where: string): void {
    this.#items.push({ value, where, time: this.#timeOf(value) });
  }

  giveOut(take: (value: unknown, where: string) => void): void {
    const items = this.#items.toReversed();
    this.#items = [];
    // An item without a time stays beside its neighbour.
    let last = Number.NEGATIVE_INFINITY;
    const placed = items.map((item) => {
      last = item.time ?? last;
      return { item, last };
    });
    placed.sort((a, b) => a.last - b.last);
    for (const { item } of placed) take(item.value, item.where);
  }
}
