import { seededRandom } from '../seeded-random.ts';

const DRAWS = 1_000;
const SEED = 4;
const TAIL = 0.05;

/**
 * 90 % bootstrap interval. Each draw takes as many members of each group as the group has, with replacement. Draws
 * without a number are left out, for example of videos without labels. Both ends are NaN when no group has two members.
 */
export function drawInterval<Member>(
  groups: readonly (readonly Member[])[],
  figure: (drawn: readonly (readonly Member[])[]) => number,
): readonly [number, number] {
  if (!groups.some((group) => group.length > 1)) return [Number.NaN, Number.NaN];
  const random = seededRandom(SEED);
  const values: number[] = [];
  for (let draw = 0; draw < DRAWS; draw += 1) {
    const drawn = groups.map((group) => group.flatMap(() => group.slice(...oneOf(group.length, random))));
    const value = figure(drawn);
    if (Number.isFinite(value)) values.push(value);
  }
  values.sort((a, b) => a - b);
  const at = (share: number) => values[Math.min(values.length - 1, Math.floor(share * values.length))] ?? Number.NaN;
  return [at(TAIL), at(1 - TAIL)];
}

function oneOf(length: number, random: () => number): [number, number] {
  const index = Math.floor(random() * length);
  return [index, index + 1];
}
