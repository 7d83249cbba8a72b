import { defineConfig } from 'vitest/config';
import { reportersFor } from './scripts/test-reporters.ts';

const packages = ['protocol', 'moments', 'formats', 'client', 'server', 'web'];

export default defineConfig({
  test: {
    reporters: reportersFor('unit'),
    projects: [
      ...packages.map((name) => ({
        extends: true as const,
        test: {
          name,
          root: `packages/${name}`,
          include: ['src/**/*.test.{ts,tsx}', 'test/**/*.test.ts'],
          environment: 'node' as const,
        },
      })),
      { extends: true as const, test: { name: 'repository', include: ['scripts/**/*.test.ts', 'bench/**/*.test.ts'] } },
    ],
    // Two cores and one database per test file: a slow machine is not a failed test.
    testTimeout: 30_000,
    hookTimeout: 60_000,
    coverage: { provider: 'v8', include: ['packages/*/src/**/*.{ts,tsx}'], exclude: ['**/*.test.*'] },
  },
});
