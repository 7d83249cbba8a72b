export type Graph = ReadonlyMap<string, ReadonlySet<string>>;

/** Rows of a picture, top first: whatever imports stands above what it imports. Nodes of a cycle share a row. */
export function layersOf(graph: Graph): string[][] {
  const depth = new Map<string, number>();
  for (const name of graph.keys()) depthOf(name, graph, depth, new Set());
  const deepest = Math.max(...depth.values());
  const places = new Map<string, number>();
  return Array.from({ length: deepest + 1 }, (_, row) =>
    inOrder(
      [...graph.keys()].filter((name) => depth.get(name) === deepest - row),
      graph,
      places,
    ),
  ).filter((row) => row.length > 0);
}

/** Left to right as those that import them stand above, so that fewer arrows cross. Remembers the places from 0 to 1. */
function inOrder(row: readonly string[], graph: Graph, places: Map<string, number>): string[] {
  const wish = new Map(row.map((name) => [name, wishOf(name, graph, places)]));
  const ordered = row.toSorted((one, two) => (wish.get(one) ?? 0) - (wish.get(two) ?? 0) || one.localeCompare(two));
  for (const [n, name] of ordered.entries()) places.set(name, (n + 1) / (ordered.length + 1));
  return ordered;
}

function wishOf(name: string, graph: Graph, places: ReadonlyMap<string, number>): number {
  const above = [...graph].filter(([, targets]) => targets.has(name)).map(([from]) => places.get(from) ?? 0.5);
  return above.length === 0 ? 0.5 : above.reduce((sum, place) => sum + place, 0) / above.length;
}

function depthOf(name: string, graph: Graph, depth: Map<string, number>, above: Set<string>): number {
  const known = depth.get(name);
  if (known !== undefined) return known;
  above.add(name);
  const below = [...(graph.get(name) ?? [])].filter((next) => !above.has(next));
  const found = below.length === 0 ? 0 : 1 + Math.max(...below.map((next) => depthOf(next, graph, depth, above)));
  above.delete(name);
  depth.set(name, found);
  return found;
}

/** The arrows that are needed: an import that also goes over another folder is left out. */
export function neededArrows(graph: Graph): [from: string, to: string][] {
  return [...graph].flatMap(([from, targets]) =>
    [...targets]
      .toSorted()
      .filter((to) => graph.has(to) && ![...targets].some((over) => over !== to && reaches(over, to, graph)))
      .map((to): [string, string] => [from, to]),
  );
}

function reaches(from: string, to: string, graph: Graph, seen = new Set<string>()): boolean {
  if (seen.has(from)) return false;
  seen.add(from);
  const targets = graph.get(from);
  if (!targets) return false;
  return targets.has(to) || [...targets].some((next) => reaches(next, to, graph, seen));
}
