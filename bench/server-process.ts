import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

/** A real server in a process of its own, on a free port. */
export interface ServerProcess extends AsyncDisposable {
  readonly url: string;
  readonly pid: number;
  /** from spawn to the first 200 of GET /health, ms */
  readonly startMs: number;
  /** resident memory now, MB (10^6 bytes) */
  rssMb(): number;
  kill(signal: NodeJS.Signals): Promise<void>;
}

const POLL_MS = 5;

/**
 * Starts `ovation serve` as a user's shell would, but with the node that runs this file.
 * @throws Error with what the process printed when it ends before it is ready
 */
export async function startServer(environment: Record<string, string>): Promise<ServerProcess> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, ['packages/server/bin/ovation.js', 'serve'], {
    cwd: new URL('..', import.meta.url),
    env: { ...process.env, PORT: '0', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const url = await readyUrl(child);
  await untilHealthy(url);
  const startMs = performance.now() - startedAt;
  const pid = child.pid ?? 0;
  const kill = (signal: NodeJS.Signals) => {
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
    child.kill(signal);
    return ended;
  };
  return { url, pid, startMs, kill, rssMb: () => rssOf(pid), [Symbol.asyncDispose]: () => kill('SIGTERM') };
}

function readyUrl(child: ChildProcess): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const printed: string[] = [];
  // Both pipes exist: stdio above asks for them.
  const lines = [child.stdout, child.stderr].flatMap((stream) => (stream ? [createInterface(stream)] : []));
  for (const reader of lines) {
    reader.on('line', (line) => {
      printed.push(line);
      const url = /"url":"(http[^"]+)".*Ovation is ready|Ovation is ready.*"url":"(http[^"]+)"/.exec(line);
      if (url) resolve(url[1] ?? url[2] ?? '');
    });
  }
  child.once('exit', (code) => reject(new Error(`The server ended with code ${code}:\n${printed.join('\n')}`)));
  return promise;
}

async function untilHealthy(url: string): Promise<void> {
  for (;;) {
    const status = await fetch(`${url}/health`).then(
      (response) => response.status,
      () => 0,
    );
    if (status === 200) return;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

function rssOf(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const kilobytes = Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? Number.NaN);
  return (kilobytes * 1024) / 1e6;
}
