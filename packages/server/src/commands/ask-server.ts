import path from 'node:path';
import { readEnvironment } from '../config/env.ts';
import { type LocalAccess, readAccess } from '../host/data-folder.ts';
import { CommandError } from './command-errors.ts';
import type { CommandIo } from './command-io.ts';
import { text } from './command-options.ts';

interface Request {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: unknown;
}

/** Option of every command that asks the running server. */
export const serverFolderOption = text(
  'FOLDER',
  'folder of the data of the running server; without it OVATION_DATA_DIR, else "data"',
);

/**
 * Asks the server that runs on the data folder. The server leaves its address and a token in the folder, readable by the
 * folder's owner only.
 * @throws CommandError when no server answers, or with what the server says is wrong
 */
export async function askServer<T>(
  request: Request,
  { folder = readEnvironment().OVATION_DATA_DIR ?? 'data', io }: { folder: string | undefined; io: CommandIo },
): Promise<T> {
  const resolved = path.resolve(folder);
  const access = await readAccess(resolved);
  if (!access) {
    throw new CommandError(
      `No Ovation runs on ${resolved}. Start one with "npm start", or name the folder with --data-dir.`,
    );
  }
  const { body, status } = await send(access, request, io.signal);
  if (status < 400) return body as T; // the server's own answer, checked by its status: commands only print it
  throw new CommandError(sentenceOf(body as ErrorBody) ?? `The server answered ${status}`); // as above
}

interface ErrorBody {
  readonly error?: { readonly message?: string; readonly details?: readonly { readonly reason: string }[] };
}

async function send(
  access: LocalAccess,
  request: Request,
  signal: AbortSignal,
): Promise<{ status: number; body: unknown }> {
  try {
    const response = await fetch(new URL(request.path, access.url), {
      method: request.method,
      headers: { authorization: `Bearer ${access.token}`, 'content-type': 'application/json' },
      ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
      signal,
    });
    return { status: response.status, body: await response.json() };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CommandError(
      `The server at ${access.url} does not answer (${reason}). If it was killed, start it again.`,
      { cause: error },
    );
  }
}

function sentenceOf({ error }: ErrorBody): string | undefined {
  const reasons = (error?.details ?? []).map(({ reason }) => reason).filter((reason) => reason !== error?.message);
  return error?.message === undefined ? undefined : [error.message, ...reasons].join(': ');
}
