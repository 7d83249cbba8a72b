import { execFile } from 'node:child_process';
import { chown, mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

export const run = promisify(execFile);

const OLDEST = 15;

/** The folder of the newest programs. @throws Error with a sentence when there are none */
export async function binaries(): Promise<string> {
  const root = '/usr/lib/postgresql';
  const versions = (await readdir(root).catch(() => [])).map(Number).filter((version) => version >= OLDEST);
  const newest = versions.toSorted((a, b) => b - a)[0];
  if (newest === undefined) {
    throw new Error(`PostgreSQL ${OLDEST} or newer is not installed under ${root}: apt-get install postgresql`);
  }
  return path.join(root, String(newest), 'bin');
}

/** PostgreSQL does not run as root. */
export function ownersCommand(program: string, args: readonly string[]): readonly [string, ...string[]] {
  if (process.getuid?.() !== 0) return [program, ...args];
  return ['setpriv', '--reuid=postgres', '--regid=postgres', '--init-groups', program, ...args];
}

/** Runs a program to its end. */
export async function asOwner(folder: string, program: string, args: readonly string[]): Promise<void> {
  const [command, ...all] = ownersCommand(program, args);
  await run(command, all, { cwd: folder });
}

async function owner(): Promise<[uid: number, gid: number]> {
  if (process.getuid?.() !== 0) return [process.getuid?.() ?? -1, process.getgid?.() ?? -1];
  const [uid, gid] = await Promise.all(['-u', '-g'].map(async (what) => run('id', [what, 'postgres'])));
  return [Number(uid?.stdout), Number(gid?.stdout)];
}

/** Makes a folder of the account that the programs run as. */
export async function ownedFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o755 });
  await chown(folder, ...(await owner()));
}

/** Rejects while the server, or pgbouncer, does not take connections. */
export async function isReady(bin: string, port: number): Promise<boolean> {
  await run(path.join(bin, 'pg_isready'), ['-q', '-h', '127.0.0.1', '-p', String(port)]);
  return true;
}

/** Lines of a configuration file. */
export function settings(values: Readonly<Record<string, string | number>>): string {
  const lines = Object.entries(values).map(([name, value]) => `${name} = '${value}'`);
  return `\n${lines.join('\n')}\n`;
}

/** Writes a file that the account may read. */
export async function ownedFile(file: string, text: string): Promise<void> {
  await writeFile(file, text);
  await chown(file, ...(await owner()));
}
