// Runs at the end of `npm ci`: builds the page, and the initialised database that makes the first start fast.
// Under `--omit=dev` there is nothing to build with: a published package brings both built.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const [major = 0] = process.versions.node.split('.').map(Number);

if (!existsSync('node_modules/vite')) {
  console.log('prepare: development packages are not installed, nothing is built');
} else if (major < 22) {
  console.error(`prepare: this is Node ${process.versions.node}, but node_modules/.bin should bring Node 24`);
  process.exitCode = 1;
} else {
  run('npm', ['run', 'build', '--', 'page']);
  run('node', ['scripts/build-template.ts']);
}

function run(command: string, args: string[]): void {
  const { status } = spawnSync(command, args, { stdio: 'inherit' });
  if (status !== 0) process.exitCode = 1;
}
