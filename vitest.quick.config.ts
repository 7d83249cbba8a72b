import { defineConfig } from 'vitest/config';
import { unitProjects } from './scripts/unit-projects.ts';

/**
 * The tests of the quick gate: all but those that start processes, crash them, or generate thousands of inputs. `npm
 * test` runs everything.
 */
const SLOW = [
  '**/*.fuzz.test.ts',
  '**/*.model.test.ts',
  '**/*-crash.test.ts',
  '**/hostile-files.test.ts',
  '**/*.slow.test.ts',
  'test/{flows,crash-model}/**',
  'test/reference/metrics.test.ts',
];

export default defineConfig({
  test: {
    reporters: ['default'],
    projects: unitProjects(SLOW),
    // Files share their worker: importing the server's dependencies once per file would cost more than the tests.
    isolate: false,
    maxWorkers: 2,
    testTimeout: 240_000,
    hookTimeout: 240_000,
  },
});
