import { defineConfig } from 'vitest/config';
import { reportersFor } from './scripts/test-reporters.ts';

const layout = process.env['OVATION_TEST_LAYOUT'] ?? 'embedded';

/**
 * Tests that see the product from outside. scripts/test-cluster.ts runs them once for each layout of processes, and compares
 * how many passed. `reactions-once` is not among them: it kills the server and wants everything counted within one minute, which
 * the 30 s session of a killed member of a group (S2-24) may not leave. Over engines `hot-channel` shows the same.
 */
const BLACK_BOX = ['classic-contract', 'deleted-channels', 'recordings', 'resume', 'simulator'];

export default defineConfig({
  test: {
    name: layout,
    root: 'packages/server',
    include: BLACK_BOX.map((name) => `test/flows/${name}.test.ts`),
    reporters: reportersFor(`layout-${layout}`),
    isolate: false,
    maxWorkers: 1,
    testTimeout: 240_000,
    hookTimeout: 240_000,
  },
});
