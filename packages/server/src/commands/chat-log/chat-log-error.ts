import { ImportError } from '@ovation/formats';
import { EmoteListError } from './listed-emotes.ts';

/** A chat log that cannot be read; the message is one sentence. */
export class ChatLogError extends Error {
  override readonly name = 'ChatLogError';
}

export function chatLogErrorOf(error: unknown): ChatLogError {
  return error instanceof ChatLogError ? error : new ChatLogError(problemOf(error), { cause: error });
}

function problemOf(error: unknown): string {
  if (error instanceof ImportError || error instanceof EmoteListError) return error.message;
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') return 'There is no file of this name';
  if (code === 'EISDIR') return 'This is a folder; name the files in it';
  if (code === 'EACCES' || code === 'EPERM') return 'The file may not be read by you';
  if (code === 'ENOSPC') return 'The disk has no room for what must be written while the file is read';
  return `The file cannot be read (${error instanceof Error ? error.message : String(error)})`;
}
