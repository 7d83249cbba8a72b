// The quick gate: cheapest first, stops at the first failure, prints what each step took.
import { spawnSync } from 'node:child_process';

const steps: [string, string[]][] = [
  ['format', ['oxfmt', '--check']],
  ['lint', ['oxlint', '--quiet']],
  ['tokens', ['node', 'scripts/check-tokens.ts']],
  ['types', ['tsc', '-p', 'tsconfig.json']],
  ['types (server)', ['tsc', '-p', 'tsconfig.server.json']],
  ['direction', ['node', 'scripts/check-direction.ts']],
  ['dead code', ['knip']],
  ['tests', ['vitest', 'run', '--config', 'vitest.quick.config.ts']],
];

const startedAt = performance.now();
for (const [name, [command = '', ...args]] of steps) {
  const stepAt = performance.now();
  const { status } = spawnSync(command, args, { stdio: ['ignore', 'inherit', 'inherit'] });
  console.log(`${status === 0 ? 'ok  ' : 'FAIL'} ${name} ${((performance.now() - stepAt) / 1000).toFixed(1)} s`);
  if (status === 0) continue;
  process.exitCode = 1;
  break;
}
console.log(`check took ${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
