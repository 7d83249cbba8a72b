import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, stat, statfs, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { bytesLeft, DISK_ROOM } from '../disk-room.ts';

const accessSchema = z.object({ url: z.string(), token: z.string() });

const TOKEN_BYTES = 32;
const MEGABYTE = 1_000_000;

/** Where the server on a data folder answers, and the token that shows its asker may read the folder. */
export type LocalAccess = z.infer<typeof accessSchema>;

/** The one folder of a server, locked against a second process until it is disposed. */
export interface DataFolder extends AsyncDisposable {
  readonly path: string;
  readonly logFolder: string;
  readonly dbFolder: string;
  readonly dumpFolder: string;
  /** Drawn anew at every start. */
  readonly access: { readonly token: string };
  /** Leaves address and token for commands on the same machine, readable by the owner of the folder only. */
  publishAccess(server: { url: string }): Promise<string>;
}

/** @throws Error with a sentence for a person when another process has the folder, or it cannot be used. */
export async function openDataFolder(folder: string): Promise<DataFolder> {
  const root = path.resolve(folder);
  try {
    return await open(root);
  } catch (error) {
    throw error instanceof FolderError ? error : folderError(root, error);
  }
}

/** What is said of a folder in which something could not be done. */
export function folderError(root: string, cause: unknown): Error {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const sentence = `The data folder ${root} cannot be used: ${reason}. Set OVATION_DATA_DIR to a folder that this user may write.`;
  return new FolderError(sentence, { cause });
}

/** Its message is a sentence already. */
class FolderError extends Error {
  override readonly name = 'FolderError';
}

async function open(root: string): Promise<DataFolder> {
  const [logFolder, dbFolder, dumpFolder] = ['log', 'db', 'dumps'].map((name) => path.join(root, name));
  if (!logFolder || !dbFolder || !dumpFolder) throw new Error('A data folder has three parts');
  await makeFolder(root);
  await refuseWithoutRoom(root, dbFolder);
  const lock = await lockFolder(root);
  try {
    for (const part of [logFolder, dbFolder, dumpFolder]) await makeFolder(part);
    // What a killed server left behind leads nowhere.
    await rm(accessFile(root), { force: true });
  } catch (error) {
    lock.close();
    throw error;
  }
  const token = randomBytes(TOKEN_BYTES).toString('base64url');
  return {
    path: root,
    logFolder,
    dbFolder,
    dumpFolder,
    access: { token },
    publishAccess: async ({ url }) => {
      await writeFile(accessFile(root), `${JSON.stringify({ url, token })}\n`, { mode: 0o600 });
      return token;
    },
    [Symbol.asyncDispose]: async () => {
      if (!lock.isOpen) return;
      await rm(accessFile(root), { force: true });
      lock.close();
    },
  };
}

/**
 * Like `mkdir -p`, one folder after the other: the recursive `mkdir` of Node never returns where nothing can be made, such
 * as below /proc, and its thread keeps the process alive.
 */
async function makeFolder(folder: string): Promise<void> {
  if (existsSync(folder)) {
    if (!(await stat(folder)).isDirectory()) throw new Error(`${folder} is no folder`);
    return;
  }
  await makeFolder(path.dirname(folder));
  await mkdir(folder).catch((error: unknown) => {
    if (!existsSync(folder)) throw error;
  });
}

async function refuseWithoutRoom(root: string, dbFolder: string): Promise<void> {
  if (existsSync(path.join(dbFolder, 'PG_VERSION'))) return;
  const disk = await statfs(root);
  const bytes = bytesLeft(disk);
  // File systems without blocks say nothing of their room.
  if (disk.blocks === 0 || bytes >= DISK_ROOM.firstStart) return;
  throw new FolderError(
    `The disk of ${root} is full: ${megabytes(bytes)} MB are left, and a first start needs ${megabytes(DISK_ROOM.firstStart)} MB. Make room, or set OVATION_DATA_DIR to a folder on another disk.`,
  );
}

function megabytes(bytes: number): number {
  return Math.floor(bytes / MEGABYTE);
}

/** Undefined when no server runs on the folder, or one is just starting. */
export async function readAccess(folder: string): Promise<LocalAccess | undefined> {
  try {
    return accessSchema.parse(JSON.parse(await readFile(accessFile(folder), 'utf8')));
  } catch {
    return undefined;
  }
}

function accessFile(folder: string): string {
  return path.join(folder, 'local-access.json');
}

/**
 * A lock of the operating system by way of SQLite: a second process is refused at once and `kill -9` frees it, where a
 * file with a process id misjudges containers, in which every server is process 1.
 */
async function lockFolder(folder: string): Promise<DatabaseSync> {
  const { DatabaseSync } = await importSqlite();
  const lock = openLock(DatabaseSync, path.join(folder, 'lock.sqlite'));
  try {
    lock.exec('pragma locking_mode = exclusive; begin exclusive');
    return lock;
  } catch (error) {
    lock.close();
    if (!isBusy(error))
      throw new Error(`its file lock.sqlite cannot be locked (${messageOf(error)})`, { cause: error });
    throw new FolderError(
      `Another Ovation is running on ${folder}: stop it, or set OVATION_DATA_DIR to another folder for this one.`,
      { cause: error },
    );
  }
}

function openLock(Sqlite: typeof DatabaseSync, file: string): DatabaseSync {
  try {
    return new Sqlite(file, { timeout: 0 });
  } catch (error) {
    throw new Error(`its file lock.sqlite cannot be opened for writing (${messageOf(error)})`, { cause: error });
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

const SQLITE_BUSY = 5;

/** SQLite's "database is locked"; anything else is a folder that cannot be written. */
function isBusy(error: unknown): boolean {
  return error instanceof Error && Reflect.get(error, 'errcode') === SQLITE_BUSY;
}

/** Node 22 warns that SQLite is experimental; this lock has worked alike since then, so the warning is hidden. */
async function importSqlite() {
  const warn = process.emitWarning.bind(process);
  process.emitWarning = () => undefined;
  try {
    return await import('node:sqlite');
  } finally {
    process.emitWarning = warn;
  }
}
