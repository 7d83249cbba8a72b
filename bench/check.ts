/** `npm run check` five times (S: at most 20 s in the median on two idle cores). */
import { spawnSync } from 'node:child_process';
import { median, printMachine } from './machine.ts';

const BAR_SECONDS = 20;
const REPEATS = 5;

printMachine(['oxlint', 'vitest', 'knip', 'dependency-cruiser']);
const seconds: number[] = [];
for (let repeat = 1; repeat <= REPEATS; repeat += 1) {
  const startedAt = performance.now();
  const { status } = spawnSync('npm', ['run', '--silent', 'check'], { stdio: 'ignore' });
  seconds.push((performance.now() - startedAt) / 1_000);
  console.log(`repeat ${repeat}: ${seconds.at(-1)?.toFixed(1)} s, exit code ${status}`);
  if (status !== 0) process.exitCode = 1;
}
const middle = median(seconds);
console.log(
  `median ${middle.toFixed(1)} s, bar ${BAR_SECONDS} s: ${middle <= BAR_SECONDS ? 'holds' : 'DOES NOT HOLD'}`,
);
if (middle > BAR_SECONDS) process.exitCode = 1;
