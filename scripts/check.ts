// The quick gate, cheapest first: stops at the first failure and prints what each step took. Steps of one group run side
// by side; each of them keeps one core busy.
import { spawn } from 'node:child_process';

type Step = readonly [name: string, command: readonly string[]];

const groups: readonly (readonly Step[])[] = [
  [
    ['format', ['oxfmt', '--check']],
    ['tokens', ['node', 'scripts/check-tokens.ts']],
  ],
  [
    ['types', ['tsc', '-p', 'tsconfig.json']],
    ['types (server)', ['tsc', '-p', 'tsconfig.server.json']],
  ],
  [['lint', ['oxlint', '--deny-warnings']]],
  [
    ['direction', ['node', 'scripts/check-direction.ts']],
    ['dead code', ['knip', '--no-config-hints']],
  ],
  [['tests', ['vitest', 'run', '--config', 'vitest.quick.config.ts']]],
];

const startedAt = performance.now();
for (const group of groups) {
  const passed = await Promise.all(group.map(run));
  if (passed.every(Boolean)) continue;
  process.exitCode = 1;
  break;
}
console.log(`check took ${secondsSince(startedAt)} s`);

async function run([name, [command = '', ...args]]: Step): Promise<boolean> {
  const stepAt = performance.now();
  const output: Buffer[] = [];
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => output.push(chunk));
  const code = await new Promise<number | null>((resolve) => {
    child.once('error', () => resolve(null));
    child.once('close', resolve);
  });
  // Whole, after the step: two steps that print at once would not be readable.
  process.stdout.write(Buffer.concat(output));
  console.log(`${code === 0 ? 'ok  ' : 'FAIL'} ${name} ${secondsSince(stepAt)} s`);
  return code === 0;
}

function secondsSince(at: number): string {
  return ((performance.now() - at) / 1000).toFixed(1);
}
