/** Which emotes have a colour of their own in the chart. */

export const SLOT_COUNT = 8;

/**
 * Up to eight emote keys, in the order of their colours. A channel with more allowed emotes shows the eight that are
 * used most; an emote keeps its colour until another is used twice as much, so colours do not dance.
 * @param previous the slots so far
 * @param allowed emote keys in the order of the settings
 * @param counts reactions per emote key in the last five minutes
 */
export function assignSlots(
  previous: readonly string[],
  allowed: readonly string[],
  counts: ReadonlyMap<string, number>,
): readonly string[] {
  if (allowed.length <= SLOT_COUNT) return sameOrNew(previous, allowed);
  const isAllowed = new Set(allowed);
  const slots = previous.filter((key) => isAllowed.has(key)).slice(0, SLOT_COUNT);
  const count = (key: string | undefined) => (key === undefined ? 0 : (counts.get(key) ?? 0));
  const waiting = allowed.filter((key) => !slots.includes(key)).toSorted((a, b) => count(b) - count(a));
  for (const key of waiting) {
    if (slots.length < SLOT_COUNT) {
      slots.push(key);
      continue;
    }
    const weakest = slots.reduce((worst, _, index) => (count(slots[index]) < count(slots[worst]) ? index : worst), 0);
    if (count(key) <= 2 * count(slots[weakest])) break;
    slots[weakest] = key;
  }
  return sameOrNew(previous, slots);
}

function sameOrNew(previous: readonly string[], next: readonly string[]): readonly string[] {
  const isSame = previous.length === next.length && previous.every((key, index) => key === next[index]);
  return isSame ? previous : next;
}
