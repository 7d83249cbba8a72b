import path from 'node:path';
import { MUTANTS } from './catalogue.ts';
import { editsByFile, findMutant, mutate } from './mutate.ts';

const repository = path.resolve(import.meta.dirname, '../../../..');

/** Puts a mutant into the sources as Vitest reads them. Nothing on the disk changes. */
export function mutantPlugin(name: string) {
  const mutant = findMutant(MUTANTS, name);
  const edits = editsByFile(mutant);
  return {
    name: 'ovation-mutant',
    enforce: 'pre' as const,
    transform(code: string, id: string): string | undefined {
      const file = path.relative(repository, id.replace(/\?.*$/, '')).split(path.sep).join('/');
      const ofFile = edits.get(file);
      return ofFile && mutate(code, ofFile, mutant);
    },
  };
}
