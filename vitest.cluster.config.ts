import { defineConfig } from 'vitest/config';
import { reportersFor } from './scripts/test-reporters.ts';

/** `npm run test:cluster`: tests over real engines, which test/services starts and ends. */
export default defineConfig({
  test: {
    name: 'cluster',
    root: 'packages/server',
    include: ['src/**/*.cluster.test.ts', 'test/**/*.cluster.test.ts'],
    globalSetup: ['test/services/global-setup.ts'],
    reporters: reportersFor('cluster'),
    isolate: false,
    maxWorkers: 2,
    testTimeout: 240_000,
    hookTimeout: 240_000,
  },
});
