import path from 'node:path';
import { parseArgs } from 'node:util';
import { readEnvironment } from '../config/env.ts';
import type { LocalAccess } from '../host/data-folder.ts';
import { readAccess } from '../host/data-folder.ts';
import type { CommandIo } from './command.ts';

interface Request {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: unknown;
}

interface Flags {
  readonly from?: string | undefined;
  readonly limit?: string | undefined;
  readonly all?: boolean | undefined;
}

export type Answer<T> = { ok: true; body: T; asJson: boolean } | { ok: false; exitCode: number };

/**
 * Asks the server that runs on the data folder. Who may read the folder may ask: the server leaves its address and a
 * token there, readable by its owner only.
 */
export async function askServer<T>(
  args: readonly string[],
  io: CommandIo,
  command: { usage: string; request(positionals: readonly string[], flags: Flags): Request | undefined },
): Promise<Answer<T>> {
  const parsed = parse(args);
  const request = parsed && command.request(parsed.positionals, parsed.values);
  if (!parsed || !request) {
    io.stderr.write(`${command.usage}\n`);
    return { ok: false, exitCode: 2 };
  }
  const folder = path.resolve(parsed.values['data-dir'] ?? readEnvironment().OVATION_DATA_DIR ?? 'data');
  const access = await readAccess(folder);
  if (!access) {
    return fail(io, `No Ovation runs on ${folder}. Start one with "npm start", or name the folder with --data-dir.`);
  }
  try {
    const response = await send(access, request, io.signal);
    // The server's own answer, checked by its status; commands print it and decide nothing by it.
    const body = (await response.json()) as T & ErrorBody;
    if (response.ok) return { ok: true, body, asJson: parsed.values.json === true };
    return fail(io, sentenceOf(body) ?? `The server answered ${response.status}`);
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    return fail(io, `The server at ${access.url} does not answer (${cause}). If it was killed, start it again.`);
  }
}

interface ErrorBody {
  readonly error?: { readonly message?: string; readonly details?: readonly { readonly reason: string }[] };
}

function send(access: LocalAccess, request: Request, signal: AbortSignal): Promise<Response> {
  return fetch(new URL(request.path, access.url), {
    method: request.method,
    headers: { authorization: `Bearer ${access.token}`, 'content-type': 'application/json' },
    ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
    signal,
  });
}

function sentenceOf({ error }: ErrorBody): string | undefined {
  const reasons = (error?.details ?? []).map(({ reason }) => reason).filter((reason) => reason !== error?.message);
  return error?.message === undefined ? undefined : [error.message, ...reasons].join(': ');
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        json: { type: 'boolean' },
        all: { type: 'boolean' },
        from: { type: 'string' },
        limit: { type: 'string' },
        'data-dir': { type: 'string' },
      },
    });
  } catch {
    return undefined;
  }
}

function fail(io: CommandIo, sentence: string): { ok: false; exitCode: number } {
  io.stderr.write(`${sentence}\n`);
  return { ok: false, exitCode: 1 };
}
