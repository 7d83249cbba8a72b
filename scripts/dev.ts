// `npm run dev`: the server restarts when its source changes, page and docs reload in place. Ctrl+C stops all three.
import { spawn } from 'node:child_process';

const { PORT: serverPort = '8080', WEB_PORT: webPort = '5173' } = process.env;
const children = [
  start(['node', '--watch', '--watch-preserve-output', 'packages/server/src/main.ts', 'serve', '--port', serverPort]),
  start(['npm', 'run', 'dev', '-w', '@ovation/web', '--', '--open', 'false', '--port', webPort], {
    OVATION_URL: `http://127.0.0.1:${serverPort}`,
  }),
  start(['node', 'scripts/docs.ts', '--serve']),
];

function start([command = '', ...args]: string[], environment: Record<string, string> = {}) {
  const child = spawn(command, args, { stdio: 'inherit', env: { ...process.env, ...environment } });
  child.on('exit', () => {
    // One without the others is not a development server.
    for (const other of children) if (other !== child) other.kill('SIGTERM');
  });
  return child;
}
