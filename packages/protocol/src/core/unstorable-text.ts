/** Escapes that can bring U+0000 or half a surrogate pair into a string. Raw ones are no valid JSON and no valid UTF-8. */
const SUSPECT_ESCAPE = /\\u(?:0000|[dD][89a-fA-F])/;

/** Cheap look at the JSON text: most bodies have no such escape and are not walked. */
export function mayHoldUnstorableText(json: string): boolean {
  return SUSPECT_ESCAPE.test(json);
}

export function isStorable(text: string): boolean {
  return !text.includes('\u0000') && text.isWellFormed();
}

/**
 * Where a value holds text that PostgreSQL cannot store (flows.md row 12): one such string fails its whole batch.
 * @returns the path, e.g. `reactions.3.alias`, or undefined when all is well
 */
export function findUnstorableText(value: unknown): string | undefined {
  // A stack of its own and not recursion: nesting is as deep as the sender likes.
  const open: { value: unknown; path: string }[] = [{ value, path: '' }];
  for (let next = open.pop(); next; next = open.pop()) {
    const { path } = next;
    if (typeof next.value === 'string' && !isStorable(next.value)) return path;
    if (typeof next.value !== 'object' || next.value === null) continue;
    for (const [key, child] of Object.entries(next.value)) {
      if (!isStorable(key)) return path;
      open.push({ value: child, path: path === '' ? key : `${path}.${key}` });
    }
  }
  return undefined;
}
