import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { CommandIo } from '../command-io.ts';

/** Stands for standard input where a file is named. */
const STANDARD_INPUT = '-';

/** A file as shown to people. */
export function shownName(file: string): string {
  return file === STANDARD_INPUT ? 'standard input' : file;
}

/** A chat log that is about to be read. */
export interface OpenLog {
  /** as shown to people */
  readonly name: string;
  /** the bytes; iterate once */
  readonly bytes: AsyncIterable<Uint8Array>;
  /** share of the bytes that was read, 0 to 1; undefined for a pipe, whose length is unknown */
  share(): number | undefined;
  /** whether the bytes can be read a second time, from the file of this name */
  readonly isRegular: boolean;
}

/** Opens a file, a named pipe or, for `-`, standard input. @throws the system's error */
export async function openLog(file: string, io: Pick<CommandIo, 'signal' | 'stdin'>): Promise<OpenLog> {
  if (file === STANDARD_INPUT) {
    return { name: shownName(file), bytes: io.stdin, share: () => undefined, isRegular: false };
  }
  const about = await stat(file);
  const bytes = createReadStream(file, { signal: io.signal });
  const isRegular = about.isFile();
  const share = () => (isRegular && about.size > 0 ? Math.min(1, bytes.bytesRead / about.size) : undefined);
  // Without an encoding the stream gives buffers.
  return { name: file, bytes: bytes as AsyncIterable<Uint8Array>, share, isRegular };
}
