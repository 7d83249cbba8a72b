import { readFile } from 'node:fs/promises';
import { ImportError, type ListedEmote, readEmoteList } from '@ovation/formats';
import { texts } from '../command-options.ts';

export const emotesFileOption = texts(
  'FILE',
  'words of this list of BTTV, FFZ, 7TV or PeerTube are emotes; may be given several times',
);

/**
 * Third-party emotes by name; of a name in several lists the first one counts.
 * @throws EmoteListError, with a sentence for people
 */
export async function listedEmotes(listFiles: readonly string[]): Promise<ReadonlyMap<string, ListedEmote>> {
  const emotes = new Map<string, ListedEmote>();
  for (const file of listFiles) {
    for (const [name, emote] of await readListFile(file)) if (!emotes.has(name)) emotes.set(name, emote);
  }
  return emotes;
}

/** A list of emotes that cannot be read; the message is one sentence. */
export class EmoteListError extends Error {
  override readonly name = 'EmoteListError';
}

async function readListFile(file: string): Promise<ReadonlyMap<string, ListedEmote>> {
  try {
    return readEmoteList(JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    throw new EmoteListError(`--emotes-file ${file}: ${listProblem(error)}`, { cause: error });
  }
}

function listProblem(error: unknown): string {
  if (error instanceof ImportError) return error.message;
  if (error instanceof SyntaxError) return 'The file is no JSON';
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') return 'There is no file of this name';
  return `The file cannot be read (${error instanceof Error ? error.message : String(error)})`;
}
