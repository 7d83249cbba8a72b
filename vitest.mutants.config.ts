import { defineConfig } from 'vitest/config';
import { mutantPlugin } from './packages/server/test/mutants/vite-plugin.ts';

/** One mutant, named by OVATION_MUTANT, against the tests that it names; scripts/mutants.ts starts it. */
const mutant = process.env['OVATION_MUTANT'];

export default defineConfig({
  plugins: mutant === undefined ? [] : [mutantPlugin(mutant)],
  test: {
    include: ['packages/server/src/**/*.test.ts', 'packages/server/test/mutants/*.mutant.ts'],
    // A module that is kept on the disk would bring the mutant before this one back.
    fsModuleCache: false,
    // It ends with the first test that notices.
    bail: 1,
    maxWorkers: 1,
    isolate: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
