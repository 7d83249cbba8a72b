// `npm run test:browser`: builds the page and drives it in Chromium over the real server.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const chromium = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
if (existsSync(chromium)) {
  run('npm', ['run', '--silent', 'build', '--', 'page']);
  if (!process.exitCode) run('vitest', ['run', '--config', 'test/e2e/vitest.config.ts', ...process.argv.slice(2)]);
} else {
  console.error(
    `There is no Chromium at ${chromium}. Install it (Debian: apt-get install chromium fonts-noto-color-emoji) or name it in CHROMIUM.`,
  );
  process.exitCode = 1;
}

function run(command: string, args: string[]): void {
  const { status } = spawnSync(command, args, { stdio: 'inherit' });
  if (status !== 0) process.exitCode = 1;
}
