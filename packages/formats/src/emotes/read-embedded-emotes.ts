import { twitchDownloaderJson } from '../import/json/twitchdownloader-json.ts';
import type { ImportOptions } from '../reading/chat.ts';
import { decodeText } from '../reading/bytes/decode-text.ts';
import { readHead } from '../reading/head.ts';
import { ImportError } from '../reading/import-error.ts';
import { fieldsOf } from '../reading/records/json-fields.ts';
import { JsonScanner } from '../reading/records/json-scanner.ts';
import { unpack } from '../reading/bytes/unpack.ts';
import { type EmoteListEntry, emoteOfTwitchDownloader } from './listed-emote.ts';

const WANTED = {
  path: [['embeddedData', 'emotes'], 'thirdParty'],
  members: [],
  elementName: 'emote',
  // The elements hold the pictures of the emotes.
  skipsLong: true,
};

/**
 * The third-party emotes that TwitchDownloader embeds in its JSON. They stand behind the comments, so they are read
 * before the same file is imported. The map is empty for every other file, which is known from its beginning, and for a
 * damaged one: the import reports the damage.
 */
export async function readEmbeddedEmotes(
  source: AsyncIterable<Uint8Array>,
  { gunzip }: Pick<ImportOptions, 'gunzip'> = {},
): Promise<Map<string, EmoteListEntry>> {
  const found = new Map<string, EmoteListEntry>();
  try {
    const { head, text } = await readHead(decodeText(unpack(source, gunzip)));
    if (twitchDownloaderJson.recognise(head) === 0) await text.return();
    const scanner = new JsonScanner(WANTED);
    for await (const piece of text) {
      for (const part of scanner.push(piece)) {
        const entry = part.kind === 'element' ? emoteOfTwitchDownloader(fieldsOf(part.value)) : undefined;
        if (entry && !found.has(entry.name)) found.set(entry.name, entry);
      }
    }
  } catch (error) {
    if (!(error instanceof ImportError)) throw error;
  }
  return found;
}
