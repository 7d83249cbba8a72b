import { seededRandom } from '@ovation/moments';

/** Numbers in [0, 1) of a seed: the same seed gives the same audience. */
export type Random = () => number;

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
