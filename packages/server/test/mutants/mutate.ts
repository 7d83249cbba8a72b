import type { Edit, Mutant } from './mutant.ts';

/**
 * The source with the edits of a mutant in it.
 * @throws Error when a text that is to be replaced is not there, or there twice
 */
export function mutate(source: string, edits: readonly Edit[], { name }: Pick<Mutant, 'name'>): string {
  let text = source;
  for (const { file, find, replace } of edits) {
    const count = text.split(find).length - 1;
    if (count !== 1) {
      throw new Error(
        `Mutant ${name} replaces a text that occurs ${count} times in ${file}, and must occur once: ${JSON.stringify(find)}`,
      );
    }
    // A function: "$" in a replacement means nothing.
    text = text.replace(find, () => replace);
  }
  return text;
}

/** The edits of one mutant by file. */
export function editsByFile({ edits }: Pick<Mutant, 'edits'>): ReadonlyMap<string, readonly Edit[]> {
  return Map.groupBy(edits, ({ file }) => file);
}

/** @throws Error when there is no mutant of this name */
export function findMutant(mutants: readonly Mutant[], name: string): Mutant {
  const found = mutants.find((mutant) => mutant.name === name);
  if (!found) throw new Error(`There is no mutant ${name}; npm run mutants -- --list names them`);
  return found;
}
