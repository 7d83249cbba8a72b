/** Chances that a seed repeats: a run that failed is run again by its number. */
export interface Random {
  /** 0 to below 1 */
  next(): number;
  /** a whole number, both ends included */
  between(least: number, most: number): number;
  chance(share: number): boolean;
  pick<T>(list: readonly [T, ...(readonly T[])]): T;
}

/** mulberry32 */
export function seededRandom(seed: number): Random {
  let state = Math.imul(seed + 1, 0x9e3779b1) | 0;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const between = (least: number, most: number) => least + Math.floor(next() * (most - least + 1));
  return {
    next,
    between,
    chance: (share) => next() < share,
    pick: (list) => list[between(0, list.length - 1)] ?? list[0],
  };
}
