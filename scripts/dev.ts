// `npm run dev`: the server restarts when its source changes, the page reloads in place. Ctrl+C stops both.
import { spawn } from 'node:child_process';

const serverPort = process.env['PORT'] ?? '8080';
const server = start(
  ['node', '--watch', '--watch-preserve-output', 'packages/server/src/main.ts', 'serve', '--port', serverPort],
  {},
);
const web = start(['npm', 'run', 'dev', '-w', '@ovation/web', '--', '--open', 'false'], {
  OVATION_URL: `http://127.0.0.1:${serverPort}`,
});

function start([command = '', ...args]: string[], environment: Record<string, string>) {
  const child = spawn(command, args, { stdio: 'inherit', env: { ...process.env, ...environment } });
  child.on('exit', () => {
    // One without the other is not a development server.
    for (const other of [server, web]) if (other !== child) other.kill('SIGTERM');
  });
  return child;
}
