import { appendFile, readFile } from 'node:fs/promises';
import path from 'node:path';
import { asOwner, binaries, isReady, ownedFile, ownedFolder, ownersCommand, settings } from './postgres-programs.ts';
import { freePorts, pause, type ServiceProcess, startService } from './service.ts';

const USER = 'ovation';
const PASSWORD = 'for tests only';
const START_ATTEMPTS = 20;

export interface PostgresServer extends AsyncDisposable {
  /** postgres://user:password@127.0.0.1:port/postgres of an account that may do everything */
  readonly address: string;
  readonly port: number;
  readonly folder: string;
  /** SIGKILL of the server, whose other processes follow by themselves. */
  kill(): Promise<void>;
  /** Starts it again after `kill`. */
  restart(): Promise<void>;
  /** SIGSTOP of all its processes. */
  freeze(): Promise<void>;
  thaw(): Promise<void>;
}

export interface PostgresStart {
  /** default false: what is acknowledged would not survive a loss of power, which no test has */
  readonly hasFsync?: boolean;
  readonly maxConnections?: number;
}

/** A server on a free port, in a folder that is not there yet. Its parents must let other users pass. */
export async function startPostgres(folder: string, start: PostgresStart = {}): Promise<PostgresServer> {
  const bin = await binaries();
  await ownedFolder(folder);
  const passwordFile = path.join(folder, 'password');
  await ownedFile(passwordFile, PASSWORD);
  await asOwner(folder, path.join(bin, 'initdb'), [
    `--pgdata=${dataOf(folder)}`,
    `--username=${USER}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C.UTF-8',
    '--no-sync',
  ]);
  const [port = 0] = await freePorts(1);
  await appendFile(
    path.join(dataOf(folder), 'postgresql.conf'),
    settings({
      port,
      listen_addresses: '127.0.0.1',
      unix_socket_directories: folder,
      shared_buffers: '32MB',
      max_connections: start.maxConnections ?? 100,
      fsync: start.hasFsync ? 'on' : 'off',
      wal_keep_size: '64MB',
      log_min_messages: 'warning',
    }),
  );
  return serve({ bin, folder, port });
}

/** A streaming replica of a server that `startPostgres` started. */
export async function startReplica(primary: PostgresServer, folder: string): Promise<PostgresServer> {
  const bin = await binaries();
  await ownedFolder(folder);
  await asOwner(folder, path.join(bin, 'pg_basebackup'), [
    `--dbname=${primary.address}`,
    `--pgdata=${dataOf(folder)}`,
    '--write-recovery-conf',
    '--wal-method=stream',
    '--checkpoint=fast',
    '--no-sync',
  ]);
  const [port = 0] = await freePorts(1);
  await appendFile(
    path.join(dataOf(folder), 'postgresql.conf'),
    settings({ port, unix_socket_directories: folder, hot_standby: 'on', wal_receiver_status_interval: '1s' }),
  );
  return serve({ bin, folder, port });
}

async function serve({ bin, folder, port }: { bin: string; folder: string; port: number }): Promise<PostgresServer> {
  const start = () =>
    startService({
      name: 'PostgreSQL',
      command: ownersCommand(path.join(bin, 'postgres'), ['-D', dataOf(folder)]),
      folder,
      logFile: path.join(folder, 'postgres.log'),
      isReady: () => isReady(bin, port),
    });
  let service = await start();
  return {
    address: addressOf(port),
    port,
    folder,
    kill: () => service.signal('SIGKILL'),
    async restart() {
      service = await persist(start);
    },
    freeze: () => signalAll(service, 'SIGSTOP'),
    thaw: () => signalAll(service, 'SIGCONT'),
    async [Symbol.asyncDispose]() {
      if (!service.isRunning) return;
      await signalAll(service, 'SIGCONT');
      // SIGTERM alone would wait until every client has gone.
      process.kill(service.pid, 'SIGINT');
      await service[Symbol.asyncDispose]();
    },
  };
}

/** The processes of the server before may still hold its memory for a moment: it then refuses to start. */
async function persist(start: () => Promise<ServiceProcess>): Promise<ServiceProcess> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await start();
    } catch (error) {
      if (attempt === START_ATTEMPTS) throw error;
      await pause(100);
    }
  }
}

async function signalAll({ pid }: ServiceProcess, name: 'SIGSTOP' | 'SIGCONT'): Promise<void> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
  for (const one of [pid, ...children.trim().split(' ').filter(Boolean).map(Number)]) {
    try {
      process.kill(one, name);
    } catch {
      // It ended since the list was read.
    }
  }
}

function addressOf(port: number): string {
  return `postgres://${USER}:${encodeURIComponent(PASSWORD)}@127.0.0.1:${port}/postgres`;
}

function dataOf(folder: string): string {
  return path.join(folder, 'data');
}
