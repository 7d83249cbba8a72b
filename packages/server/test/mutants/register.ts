// For child processes: `node --import .../register.ts` with OVATION_MUTANT=name starts the program with the mutant in it.
import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { MUTANTS } from './catalogue.ts';
import { editsByFile, findMutant, mutate } from './mutate.ts';

const repository = path.resolve(import.meta.dirname, '../../../..');
const name = process.env['OVATION_MUTANT'];
if (name !== undefined) {
  const mutant = findMutant(MUTANTS, name);
  const edits = editsByFile(mutant);
  registerHooks({
    load(url, context, nextLoad) {
      if (!url.startsWith('file:')) return nextLoad(url, context);
      const file = fileURLToPath(url);
      const ofFile = edits.get(path.relative(repository, file).split(path.sep).join('/'));
      if (!ofFile) return nextLoad(url, context);
      const source = mutate(readFileSync(file, 'utf8'), ofFile, mutant);
      return { format: 'module-typescript', source, shortCircuit: true };
    },
  });
}
