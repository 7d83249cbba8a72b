/** A seeded generator of numbers in [0, 1): the same seed gives the same audience. mulberry32 (public domain). */
export type Random = () => number;

export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** One of several generators of a seed, so that drawing more of one thing does not change another. */
export function seededStream(seed: number, stream: number): Random {
  return seededRandom(mix32(seed ^ mix32(stream + 1)));
}

/** Mixes 32 bits; different numbers stay different. Finalizer of MurmurHash3 (public domain). */
export function mix32(value: number): number {
  let mixed = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

export function pick<T>(random: Random, list: readonly T[]): T {
  // The index is below the length of a list that callers never leave empty.
  return list[Math.floor(random() * list.length)] as T;
}
