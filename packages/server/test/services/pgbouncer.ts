import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { binaries, isReady, ownedFolder, ownersCommand, run, settings } from './postgres-programs.ts';
import { freePorts, startService } from './service.ts';

export interface Pgbouncer extends AsyncDisposable {
  /** the address of the server behind it, by way of pgbouncer */
  readonly address: string;
}

/** Whether `startPgbouncer` can be called. */
export async function hasPgbouncer(): Promise<boolean> {
  return run('pgbouncer', ['--version']).then(
    () => true,
    () => false,
  );
}

/** pgbouncer in transaction mode before the server of the address, in a folder that goes with it. */
export async function startPgbouncer(server: string): Promise<Pgbouncer> {
  const root = await mkdtemp(path.join(tmpdir(), 'ovation-pgbouncer-'));
  await chmod(root, 0o755);
  const folder = path.join(root, 'pgbouncer');
  await ownedFolder(folder);
  const address = new URL(server);
  const account = [address.username, address.password].map((part) => `"${decodeURIComponent(part)}"`).join(' ');
  const [port = 0] = await freePorts(1);
  const file = (name: string) => path.join(folder, name);
  await writeFile(file('users.txt'), `${account}\n`);
  await writeFile(
    file('pgbouncer.ini'),
    `[databases]\n* = host=${address.hostname} port=${address.port}\n[pgbouncer]\n${settings({
      listen_addr: '127.0.0.1',
      listen_port: port,
      unix_socket_dir: '',
      auth_type: 'scram-sha-256',
      auth_file: file('users.txt'),
      pool_mode: 'transaction',
      default_pool_size: 20,
      max_client_conn: 500,
    }).replaceAll("'", '')}`,
  );
  const bin = await binaries();
  const service = await startService({
    name: 'pgbouncer',
    command: ownersCommand('pgbouncer', [file('pgbouncer.ini')]),
    folder,
    logFile: file('pgbouncer.log'),
    isReady: () => isReady(bin, port),
  });
  address.host = `127.0.0.1:${port}`;
  return {
    address: address.href,
    async [Symbol.asyncDispose]() {
      await service[Symbol.asyncDispose]();
      await rm(root, { recursive: true });
    },
  };
}
