import { defineConfig } from 'vitest/config';
import { reportersFor } from '../../scripts/test-reporters.ts';

export default defineConfig({
  test: {
    name: 'browser',
    root: new URL('../..', import.meta.url).pathname,
    include: ['test/e2e/**/*.test.ts'],
    reporters: reportersFor('browser'),
    // One Chromium and one server at a time on two cores.
    fileParallelism: false,
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
});
