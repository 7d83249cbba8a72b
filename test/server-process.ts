import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { VARIABLES } from '../packages/server/src/config/names.ts';
import { enginesOf, layoutOfRun } from './layouts/layout.ts';
import type { ServerProcess } from './layouts/server.ts';
import { startFive } from './layouts/start-five.ts';

export type { ServerProcess } from './layouts/server.ts';

const repository = fileURLToPath(new URL('..', import.meta.url));

const POLL_MS = 5;

/**
 * Starts `ovation serve` as a user's shell would, but with the node that runs this file, and without what this shell sets
 * for a server of its own. A port that is asked for by number may be taken by any connection while nobody listens there:
 * then it waits until it is free again.
 * @param launcher a command that runs the command behind it in the same process, such as nsenter
 * @throws Error with what the process printed when it ends before it is ready
 */
export async function startServer(
  environment: Record<string, string>,
  args: readonly string[] = [],
  launcher: readonly string[] = [],
): Promise<ServerProcess> {
  const server = path.join(repository, 'packages/server/bin/ovation.js');
  const command = [...launcher, process.execPath, server, 'serve', ...args];
  const all = { ...(await enginesOf(environment['OVATION_DATA_DIR'])), ...environment };
  const isFive = layoutOfRun() === 'five' && !args.includes('--roles');
  for (;;) {
    try {
      return await (isFive ? startFive(all, command, startOnce) : startOnce(all, command));
    } catch (error) {
      const isPortTaken = error instanceof Error && / on \S+ is in use/.test(error.message);
      if (!isPortTaken) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

async function startOnce(environment: Record<string, string>, command: readonly string[]): Promise<ServerProcess> {
  const startedAt = performance.now();
  const [program = process.execPath, ...args] = command;
  const child = spawn(program, args, {
    cwd: repository,
    env: { ...environmentWithoutOurs(), PORT: '0', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const reap = () => void child.kill('SIGKILL');
  process.on('exit', reap);
  child.once('close', () => process.off('exit', reap));
  const stdout: string[] = [];
  const stderr: string[] = [];
  createInterface(child.stdout).on('line', (line) => stdout.push(line));
  createInterface(child.stderr).on('line', (line) => stderr.push(line));
  const url = await readyUrl(child, () => [...stdout, ...stderr].join('\n'));
  await untilHealthy(url);
  const startMs = performance.now() - startedAt;
  const pid = child.pid ?? 0;
  const kill = async (signal: NodeJS.Signals) => {
    if (child.exitCode === null && child.signalCode === null) {
      const ended = once(child, 'close');
      child.kill(signal);
      await ended;
    }
    return child.exitCode ?? child.signalCode;
  };
  const dispose = async () => {
    await kill('SIGTERM');
  };
  return { url, pid, startMs, kill, stdout, stderr, rssMb: () => rssOf(pid), [Symbol.asyncDispose]: dispose };
}

/** Runs a command of `ovation` to its end. */
export async function runOvation(
  args: readonly string[],
  environment: Record<string, string> = {},
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const engines = await enginesOf(environment['OVATION_DATA_DIR']);
  const child = spawn(process.execPath, ['packages/server/bin/ovation.js', ...args], {
    cwd: repository,
    env: { ...environmentWithoutOurs(), ...engines, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  await once(child, 'close');
  return { code: child.exitCode, stdout, stderr };
}

function environmentWithoutOurs(): NodeJS.ProcessEnv {
  const ours = new Set<string>(VARIABLES.map(({ name }) => name));
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !ours.has(name)));
}

function readyUrl(child: ChildProcessByStdio<null, Readable, Readable>, printed: () => string): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  createInterface(child.stdout).on('line', (line) => {
    if (!line.includes('Ovation is ready')) return;
    const url = /"url":"(http[^"]+)"/.exec(line)?.[1];
    if (url) resolve(url);
  });
  createInterface(child.stderr).on('line', (line) => {
    // It says so before it ends, and a part that still opens may keep it from ending.
    if (line.startsWith('Ovation did not start')) setTimeout(() => child.kill('SIGKILL'), 5_000).unref();
  });
  child.once('close', (code) => reject(new Error(`The server ended with code ${code}:\n${printed()}`)));
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
