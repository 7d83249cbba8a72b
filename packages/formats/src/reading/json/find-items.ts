import { fieldsOf } from '../records/json-fields.ts';

/** A list of messages is rarely deeper in the answer of an API, and a hostile file could be very deep. */
const DEPTH_MAX = 10;
const NODES_MAX = 20_000;

/** Where the items of a file are. */
export interface Items {
  /** members that lead from a root value to the items; lists on the way are entered. Empty: a root is an item itself */
  readonly path: readonly string[];
  /** the items that were found in the head */
  readonly samples: readonly unknown[];
}

interface Node {
  readonly value: unknown;
  readonly path: readonly string[];
}

/**
 * Finds the items of a file, in whatever dress they are: a list, objects one after another, or a list inside of
 * objects. Of several places the one with the most items counts, and of equal ones the one that is less deep.
 */
export function findItems(roots: readonly unknown[], isItem: (value: unknown) => boolean): Items | undefined {
  const places = new Map<string, { path: readonly string[]; samples: unknown[] }>();
  let nodes: Node[] = roots.map((value) => ({ value, path: [] }));
  let seen = 0;
  for (let depth = 0; depth < DEPTH_MAX && nodes.length > 0 && seen < NODES_MAX; depth += 1) {
    const next: Node[] = [];
    for (const { value, path } of nodes) {
      seen += 1;
      if (isItem(value)) {
        const key = JSON.stringify(path);
        const place = places.get(key) ?? { path, samples: [] };
        place.samples.push(value);
        places.set(key, place);
      } else addInner(value, path, next);
    }
    nodes = next;
  }
  return [...places.values()].reduce<Items | undefined>(
    (best, place) => (place.samples.length > (best?.samples.length ?? 0) ? place : best),
    undefined,
  );
}

function addInner(value: unknown, path: readonly string[], next: Node[]): void {
  if (Array.isArray(value)) {
    // The elements may be texts, as in a list of IRC lines.
    for (const element of value) next.push({ value: element, path });
    return;
  }
  const fields = fieldsOf(value);
  for (const name of Object.keys(fields)) {
    const inner = fields[name];
    if (typeof inner === 'object' && inner !== null) next.push({ value: inner, path: [...path, name] });
  }
}
