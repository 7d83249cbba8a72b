import { defineConfig } from 'vitest/config';
import { unitProjects } from './scripts/unit-projects.ts';

/**
 * The tests of the quick gate: all but those that start processes, crash them, or generate thousands of inputs. `npm
 * test` runs everything.
 */
const SLOW = ['**/*.fuzz.test.ts', '**/*-crash.test.ts', '**/hostile-files.test.ts', '**/*.slow.test.ts', 'test/**'];

export default defineConfig({
  test: { reporters: ['default'], projects: unitProjects(SLOW), testTimeout: 60_000, hookTimeout: 60_000 },
});
