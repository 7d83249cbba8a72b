import { createReadStream } from 'node:fs';
import { readFile, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { AudienceMessage, LabelledSource, LabelledVideo } from '@ovation/moments';
import { z } from 'zod';
import { CommandError } from '../command-errors.ts';

/** A labelled source and the folder in which the chats of its videos lie. */
export interface LabelledFolder {
  readonly folder: string;
  readonly labels: LabelledSource;
}

const interval = z.object({ start: z.number(), end: z.number() });
const labelsSchema = z.object({
  source: z.string().min(1),
  kind: z.enum(['intervals', 'weak-links']),
  videos: z.array(
    z.object({
      id: z.string().min(1),
      file: z.string().min(1),
      duration: z.number().positive(),
      eval: z
        .array(z.tuple([z.number(), z.number()]))
        .min(1)
        .optional(),
      highlights: z.array(interval).optional(),
      distractors: z.array(interval).optional(),
      links: z.array(z.object({ t: z.number() })).optional(),
    }),
  ),
});

const rowSchema = z.object({
  t: z.number(),
  u: z.string().default(''),
  m: z.string().default(''),
  e: z.array(z.string()).optional(),
  n: z.string().optional(),
  bot: z.number().optional(),
});

/** Pseudonym of an unknown author in the labelled chats. */
const UNKNOWN_AUTHOR = 'u0';

/**
 * The `labels.json` in a folder, or in the folders in it, in order of their names.
 * @throws CommandError
 */
export async function findLabels(folder: string): Promise<LabelledFolder[]> {
  const own = path.join(folder, 'labels.json');
  if (await isThere(own)) return [{ folder, labels: await readLabels(own) }];
  const entries = await listFolder(folder);
  const found: LabelledFolder[] = [];
  for (const name of entries) {
    const inner = path.join(folder, name);
    const file = path.join(inner, 'labels.json');
    if (await isThere(file)) found.push({ folder: inner, labels: await readLabels(file) });
  }
  if (found.length === 0) throw new CommandError(`${folder} holds no labels.json and no folder with one`);
  return found;
}

/** Messages of a video's chat in the order of the file. @throws CommandError, while it is read too */
export async function* readChat(folder: string, { file }: LabelledVideo, signal: AbortSignal) {
  const target = path.join(folder, file);
  const raw = createReadStream(target, { signal });
  const source: Readable = file.endsWith('.gz') ? raw.pipe(createGunzip()) : raw;
  // pipe() does not forward errors of the file.
  if (source !== raw) raw.on('error', (error) => source.destroy(error));
  let line = 0;
  try {
    for await (const text of createInterface({ input: source, crlfDelay: Number.POSITIVE_INFINITY })) {
      line += 1;
      if (text !== '') yield messageOf(text, () => `${target}, line ${line}`);
    }
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof CommandError) throw error;
    throw new CommandError(`${target} cannot be read: ${reasonOf(error)}`, { cause: error });
  } finally {
    raw.destroy();
  }
}

function messageOf(text: string, where: () => string): AudienceMessage {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new CommandError(`${where()} is not JSON`);
  }
  const row = rowSchema.safeParse(parsed);
  if (!row.success) throw new CommandError(`${where()}: ${problemOf(row.error)}`);
  const { t, u, m, e, n, bot } = row.data;
  return {
    at: t,
    author: u === UNKNOWN_AUTHOR ? '' : u,
    text: m,
    ...(e && { emotes: e }),
    ...(n !== undefined && { notice: n === 'raid' ? 'raid' : 'other' }),
    isBot: bot === 1,
  };
}

async function readLabels(file: string): Promise<LabelledSource> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw new CommandError(`${file} cannot be read: ${reasonOf(error)}`, { cause: error });
  }
  const labels = labelsSchema.safeParse(parsed);
  if (!labels.success) throw new CommandError(`${file}: ${problemOf(labels.error)}`);
  // Optional fields are absent and never undefined here: they come from JSON.
  return labels.data as LabelledSource;
}

async function listFolder(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).toSorted();
  } catch (error) {
    throw new CommandError(`${folder} cannot be read: ${reasonOf(error)}`, { cause: error });
  }
}

async function isThere(file: string): Promise<boolean> {
  return stat(file).then(
    (found) => found.isFile(),
    () => false,
  );
}

function problemOf(error: z.ZodError): string {
  const issue = error.issues[0];
  return `"${issue?.path.join('.') ?? ''}" is wrong (${issue?.message ?? 'not valid'})`;
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') return 'there is nothing of this name';
  if (code === 'ENOTDIR') return 'it is no folder';
  return error instanceof Error ? error.message : String(error);
}
