import { createWriteStream } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import { once } from 'node:events';
import { CommandError } from '../command-errors.ts';
import type { CommandIo } from '../command-io.ts';

/** Where lines go. */
export interface LineTarget extends AsyncDisposable {
  /** Resolves when there is room for more; false when the reader has gone and wants nothing more. */
  write(text: string): Promise<boolean>;
  /** After the last line. Without it, disposing leaves the file as it was before. */
  finish(): Promise<void>;
}

export async function lineTarget(file: string | undefined, io: CommandIo): Promise<LineTarget> {
  if (file === undefined) return standardOutput(io);
  try {
    return await fileTarget(file);
  } catch (error) {
    throw notWritable(file, error);
  }
}

function standardOutput(io: CommandIo): LineTarget {
  const nothing = async () => {};
  return { write: (text) => io.pour(text), finish: nothing, [Symbol.asyncDispose]: nothing };
}

/** The file gets its name when it is whole, so that a part of a log is never taken for all of it. */
async function fileTarget(file: string): Promise<LineTarget> {
  // A pipe or a device cannot be replaced by a file.
  const isReplaced = await stat(file).then(
    (about) => about.isFile(),
    () => true,
  );
  const written = isReplaced ? `${file}.part` : file;
  const stream = createWriteStream(written);
  let failure: Error | undefined;
  stream.on('error', (error) => (failure = error));
  await once(stream, 'open');
  return {
    async write(text) {
      if (!stream.write(text)) await Promise.race([once(stream, 'drain'), once(stream, 'close')]).catch(() => {});
      if (failure) throw notWritable(file, failure);
      return true;
    },
    async finish() {
      stream.end();
      if (!stream.closed) await once(stream, 'close').catch(() => {});
      if (failure) throw notWritable(file, failure);
      if (isReplaced) await rename(written, file);
    },
    async [Symbol.asyncDispose]() {
      stream.destroy();
      if (isReplaced) await rm(written, { force: true });
    },
  };
}

function notWritable(file: string, error: unknown): CommandError {
  const reason = error instanceof Error ? error.message : String(error);
  return new CommandError(`${file} cannot be written (${reason}); name a file in a folder that exists`, {
    cause: error,
  });
}
