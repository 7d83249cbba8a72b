import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';

const accessSchema = z.object({ url: z.string(), token: z.string() });

const TOKEN_BYTES = 32;

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

/** @throws Error with a sentence for a person when another process has the folder. */
export async function openDataFolder(folder: string): Promise<DataFolder> {
  const root = path.resolve(folder);
  const [logFolder, dbFolder, dumpFolder] = ['log', 'db', 'dumps'].map((name) => path.join(root, name));
  if (!logFolder || !dbFolder || !dumpFolder) throw new Error('A data folder has three parts');
  await mkdir(root, { recursive: true });
  const lock = await lockFolder(root);
  try {
    for (const part of [logFolder, dbFolder, dumpFolder]) await mkdir(part, { recursive: true });
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
  const lock = new DatabaseSync(path.join(folder, 'lock.sqlite'), { timeout: 0 });
  try {
    lock.exec('pragma locking_mode = exclusive; begin exclusive');
    return lock;
  } catch (error) {
    lock.close();
    if (!isBusy(error)) throw error;
    throw new Error(
      `Another Ovation is running on ${folder}: stop it, or set OVATION_DATA_DIR to another folder for this one.`,
      { cause: error },
    );
  }
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
