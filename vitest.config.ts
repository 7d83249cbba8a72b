import { defineConfig } from 'vitest/config';
import { reportersFor } from './scripts/test-reporters.ts';
import { unitProjects } from './scripts/unit-projects.ts';

export default defineConfig({
  test: {
    reporters: reportersFor('unit'),
    projects: unitProjects(),
    // Files share their worker: a fresh one for each file would import everything and compile PGlite again.
    isolate: false,
    // Two cores and one database per test file: a slow machine is not a failed test.
    testTimeout: 240_000,
    hookTimeout: 240_000,
    coverage: { provider: 'v8', include: ['packages/*/src/**/*.{ts,tsx}'], exclude: ['**/*.test.*'] },
  },
});
