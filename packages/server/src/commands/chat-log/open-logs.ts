import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { chatsIn, type GivenFile, type ReadingOptions, type RecordedChat } from '../../modules/recordings/index.ts';
import type { CommandIo } from '../command-io.ts';
import { chatLogErrorOf } from './chat-log-error.ts';
import { keepYoungSpaceSmall } from './keep-young-space-small.ts';

/** Stands for standard input where a file is named. */
const STANDARD_INPUT = '-';

/** A file as shown to people. */
export function shownName(file: string): string {
  return file === STANDARD_INPUT ? 'standard input' : file;
}

/** A chat log of a file, and how far the reading of the file is. */
export interface OpenLog extends RecordedChat {
  /** share of the file's bytes that was read, 0 to 1; undefined for a pipe, whose length is unknown */
  share(): number | undefined;
}

/**
 * The chat logs in files, named pipes and, for `-`, standard input.
 * @throws ChatLogError with a sentence for people; the signal's reason when it was aborted
 */
export async function* openLogs(
  files: readonly string[],
  options: ReadingOptions,
  io: Pick<CommandIo, 'signal' | 'stdin'>,
): AsyncGenerator<OpenLog, void> {
  keepYoungSpaceSmall();
  const given: ShownFile[] = [];
  try {
    for (const file of files) given.push(await openFile(file, io));
    const share = () => meanOf(given.map((file) => file.share()));
    for await (const { name, chat } of chatsIn(given, options)) yield { name, chat, share };
  } catch (error) {
    io.signal.throwIfAborted();
    throw chatLogErrorOf(error);
  }
}

interface ShownFile extends GivenFile {
  share(): number | undefined;
}

async function openFile(file: string, io: Pick<CommandIo, 'signal' | 'stdin'>): Promise<ShownFile> {
  const name = shownName(file);
  if (file === STANDARD_INPUT) return { name, bytes: io.stdin, share: () => undefined };
  const about = await stat(file);
  if (!about.isFile()) {
    return { name, bytes: bytesOf(file, io.signal, () => {}), share: () => undefined };
  }
  let read = 0;
  const bytes = bytesOf(file, io.signal, (length) => (read += length));
  return { name, path: file, bytes, share: () => (about.size === 0 ? 1 : Math.min(1, read / about.size)) };
}

/** Opened when the first byte is asked for: many files may be named. */
async function* bytesOf(
  file: string,
  signal: AbortSignal,
  onRead: (length: number) => void,
): AsyncGenerator<Uint8Array, void> {
  // Without an encoding the stream gives buffers.
  for await (const piece of createReadStream(file, { signal }) as AsyncIterable<Uint8Array>) {
    onRead(piece.length);
    yield piece;
  }
}

function meanOf(shares: readonly (number | undefined)[]): number | undefined {
  const known = shares.filter((share) => share !== undefined);
  return known.length < shares.length ? undefined : known.reduce((sum, share) => sum + share, 0) / known.length;
}
