import { fileURLToPath } from 'node:url';

const packages = ['protocol', 'moments', 'formats', 'client', 'server', 'web'];

/** These need real engines: `npm run test:cluster` starts them. */
const CLUSTER = '**/*.cluster.test.ts';

const supportOf = (file: string) => new URL(`../packages/server/test/support/${file}`, import.meta.url);

/** What the tests of the server need beside those of the others: databases and processes that cost less to start. */
const server = {
  setupFiles: [fileURLToPath(supportOf('keep-pglite-compiled.ts'))],
  env: { NODE_OPTIONS: `--import=${supportOf('baseline-wasm.ts').href}` },
};

/** One vitest project per package, and one for the repository's own scripts. `exclude` leaves files out of all. */
export function unitProjects(exclude: readonly string[] = []) {
  const leaveOut = { exclude: ['**/node_modules/**', CLUSTER, ...exclude], environment: 'node' as const };
  return [
    ...packages.map((name) => ({
      extends: true as const,
      test: {
        ...leaveOut,
        ...(name === 'server' && server),
        name,
        root: `packages/${name}`,
        include: ['src/**/*.test.{ts,tsx}', 'test/**/*.test.ts'],
      },
    })),
    { extends: true as const, test: { ...leaveOut, name: 'repository', include: ['scripts/**/*.test.ts'] } },
  ];
}
