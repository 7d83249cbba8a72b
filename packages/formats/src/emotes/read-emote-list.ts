import { ImportError } from '../reading/import-error.ts';
import { type Fields, fieldsOf, listOf } from '../reading/records/json-fields.ts';
import {
  type EmoteListEntry,
  emoteOf7tv,
  emoteOfBttv,
  emoteOfFfz,
  emoteOfPeertube,
  emoteOfTwitchDownloader,
} from './listed-emote.ts';

/**
 * Third-party emotes of a parsed JSON file, by the name that is typed in chat: BTTV, FFZ (native and from BTTV), 7TV,
 * PeerTube, and what TwitchDownloader embeds. When a name occurs twice, the first one counts.
 * @throws ImportError with one sentence when the JSON holds no such list
 */
export function readEmoteList(json: unknown): Map<string, EmoteListEntry> {
  const found = new Map<string, EmoteListEntry>();
  const lists = listsOf(json);
  for (const emote of lists.flat()) {
    const entry = entryOf(fieldsOf(emote));
    if (entry && !found.has(entry.name)) found.set(entry.name, entry);
  }
  if (found.size > 0 || lists.some((list) => list.length === 0)) return found;
  throw new ImportError('The JSON holds no list of emotes as BTTV, FFZ, 7TV, PeerTube or TwitchDownloader write them');
}

function listsOf(json: unknown): readonly (readonly unknown[])[] {
  if (Array.isArray(json)) return [json];
  const root = fieldsOf(json);
  const sets = Object.values(fieldsOf(root['sets'])).map((set) => fieldsOf(set)['emoticons']);
  const embedded = fieldsOf(root['embeddedData'] ?? root['emotes']);
  const ofChannel = [
    root['channelEmotes'],
    root['sharedEmotes'],
    fieldsOf(root['emote_set'])['emotes'],
    root['emotes'],
  ];
  return [...ofChannel, ...sets, embedded['thirdParty']].filter((list) => Array.isArray(list)).map(listOf);
}

function entryOf(emote: Fields): EmoteListEntry | undefined {
  if ('code' in emote) return emoteOfBttv(emote);
  if ('sn' in emote) return emoteOfPeertube(emote);
  if ('imageScale' in emote || 'isZeroWidth' in emote) return emoteOfTwitchDownloader(emote);
  // FFZ lists its addresses by size; 7TV names a host.
  return 'urls' in emote && !Array.isArray(emote['urls']) ? emoteOfFfz(emote) : emoteOf7tv(emote);
}
