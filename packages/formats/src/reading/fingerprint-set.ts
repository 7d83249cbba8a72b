const SLOTS_LEAST = 1_024;

/**
 * A set of texts that keeps 64 bits of each instead of the text: a set of strings keeps every string alive, and moving
 * 50,000 of them through the garbage collector costs more than the look-up. Two of 50,000 texts share their bits once in
 * 10^10 sets.
 */
export class FingerprintSet {
  /** Two words for each slot; the first is 0 where it is free. Slots are a power of two, less than half of them taken. */
  #words = new Uint32Array(2 * SLOTS_LEAST);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Adds it. @returns whether it is new */
  add(print: Fingerprint): boolean {
    if (this.#size * 4 >= this.#words.length) this.#grow();
    const slot = slotOf(this.#words, print);
    if (!isFree(this.#words, slot)) return false;
    this.#words[slot] = print.low;
    this.#words[slot + 1] = print.high;
    this.#size += 1;
    return true;
  }

  has(print: Fingerprint): boolean {
    return !isFree(this.#words, slotOf(this.#words, print));
  }

  #grow(): void {
    const before = this.#words;
    const words = new Uint32Array(before.length * 4);
    for (let slot = 0; slot < before.length; slot += 2) {
      if (isFree(before, slot)) continue;
      const print = { low: before[slot] ?? 0, high: before[slot + 1] ?? 0 };
      const to = slotOf(words, print);
      words[to] = print.low;
      words[to + 1] = print.high;
    }
    this.#words = words;
  }
}

/** 64 bits in two words. */
export interface Fingerprint {
  /** never 0 */
  readonly low: number;
  readonly high: number;
}

/** Odd factors and shifts of cyrb53: the first two take in characters, the others mix both words at the end. */
const TAKE_LOW = 2_654_435_761;
const TAKE_HIGH = 1_597_334_677;
const MIX_OWN = 2_246_822_507;
const MIX_OTHER = 3_266_489_909;
const SHIFT_OWN = 16;
const SHIFT_OTHER = 13;

/** The hash cyrb53 by bryc (public domain), with all 64 bits of its state. */
export function fingerprintOf(text: string): Fingerprint {
  let low = 0xdeadbeef;
  let high = 0x41c6ce57;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    low = Math.imul(low ^ code, TAKE_LOW);
    high = Math.imul(high ^ code, TAKE_HIGH);
  }
  low = mixed(low, high);
  high = mixed(high, low);
  return { low: low >>> 0 || 1, high: high >>> 0 };
}

function mixed(own: number, other: number): number {
  return Math.imul(own ^ (own >>> SHIFT_OWN), MIX_OWN) ^ Math.imul(other ^ (other >>> SHIFT_OTHER), MIX_OTHER);
}

/** The slot that holds it, or the free one where it belongs. */
function slotOf(words: Uint32Array, { low, high }: Fingerprint): number {
  const mask = words.length - 2;
  let slot = (low << 1) & mask;
  while (!isFree(words, slot) && (words[slot] !== low || words[slot + 1] !== high)) slot = (slot + 2) & mask;
  return slot;
}

function isFree(words: Uint32Array, slot: number): boolean {
  return words[slot] === 0;
}
