import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, readFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';

/** A server of another project that tests run: started by us, ended by us, killed and frozen by tests. */
export interface ServiceProcess extends AsyncDisposable {
  readonly pid: number;
  /** Sends the signal and, for signals that end a process, waits for its end. */
  signal(name: 'SIGKILL' | 'SIGTERM' | 'SIGSTOP' | 'SIGCONT'): Promise<void>;
  /** Whether it runs, frozen or not. */
  readonly isRunning: boolean;
}

export interface ServiceCommand {
  /** for error messages */
  readonly name: string;
  readonly command: readonly [program: string, ...args: string[]];
  readonly folder: string;
  /** everything that it prints */
  readonly logFile: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Rejects or answers false until it serves. */
  readonly isReady: () => Promise<boolean>;
}

export const isInCi = process.env['CI'] === 'true';

const START_LIMIT_MS = 120_000;
const POLL_MS = 50;
const STOP_LIMIT_MS = 20_000;

/**
 * Starts a server process and waits until it serves.
 * @throws Error with the end of its log when it ends or does not serve in time
 */
export async function startService(given: ServiceCommand): Promise<ServiceProcess> {
  const { name, command, folder, logFile, environment = {} } = given;
  const [program, ...args] = command;
  const log = createWriteStream(logFile, { flags: 'a' });
  await once(log, 'open');
  const child = spawn(program, args, {
    cwd: folder,
    env: { ...process.env, ...environment },
    stdio: ['ignore', log, log],
  });
  log.close();
  const failed = Promise.withResolvers<never>();
  failed.promise.catch(() => {});
  child.once('error', (error) => failed.reject(new Error(`${name} could not be started`, { cause: error })));
  child.once('exit', () => failed.reject(new Error(`${name} ended:\n${endOf(logFile)}`)));
  // A test run that ends in the middle leaves nothing behind.
  const reap = () => void child.kill('SIGKILL');
  process.on('exit', reap);
  child.once('exit', () => process.off('exit', reap));
  try {
    await Promise.race([failed.promise, untilReady(given)]);
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
  return over(child);
}

async function untilReady({ name, isReady, logFile }: ServiceCommand): Promise<void> {
  const deadline = performance.now() + START_LIMIT_MS;
  for (;;) {
    if (await isReady().catch(() => false)) return;
    if (performance.now() > deadline) throw new Error(`${name} does not answer:\n${endOf(logFile)}`);
    await pause(POLL_MS);
  }
}

function over(child: ChildProcess): ServiceProcess {
  const isOver = () => child.exitCode !== null || child.signalCode !== null;
  const signal: ServiceProcess['signal'] = async (name) => {
    if (isOver()) return;
    const ended = once(child, 'exit');
    child.kill(name);
    if (name === 'SIGKILL' || name === 'SIGTERM') await ended;
  };
  const stop = async () => {
    if (isOver()) return;
    // A frozen process does not hear SIGTERM.
    child.kill('SIGCONT');
    const late = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS);
    await signal('SIGTERM');
    clearTimeout(late);
  };
  return {
    pid: child.pid ?? 0,
    signal,
    get isRunning() {
      return !isOver();
    },
    [Symbol.asyncDispose]: stop,
  };
}

function endOf(file: string): string {
  return readFileSync(file, 'utf8').slice(-2_000);
}

/** Ports that were free a moment ago, all different. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  // A TCP server that listens has such an address.
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports;
}

/** Whether a connection to the port is accepted. */
export function acceptsConnections(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect({ port, host: '127.0.0.1' });
  socket.once('connect', () => resolve(true));
  socket.once('error', () => resolve(false));
  return promise.finally(() => socket.destroy());
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
