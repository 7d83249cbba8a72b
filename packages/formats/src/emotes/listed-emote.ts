import { emoteKey } from '@ovation/protocol';
import type { ListedEmote } from '../reading/chat.ts';
import { type Fields, fieldsOf, idOf, numberOf, textOf } from '../reading/records/json-fields.ts';

export type EmoteProvider = 'bttv' | 'ffz' | '7tv' | 'custom';
export type EmoteFlag = 'zero-width' | 'animated' | 'sexual' | 'flashing' | 'edgy' | 'not-on-twitch' | 'modifier';

/** An emote as a third party's list has it. */
export interface EmoteListEntry extends ListedEmote {
  readonly provider: EmoteProvider;
  readonly flags: readonly EmoteFlag[];
}

/** Bits of `data.flags` of 7TV, by number. */
const BITS_OF_7TV = { 'zero-width': 8, sexual: 16, flashing: 17, edgy: 18, 'not-on-twitch': 24 } as const;
const FLAGS_OF_7TV = Object.keys(BITS_OF_7TV) as (keyof typeof BITS_OF_7TV)[]; // its own keys, and no others

/** `{id, code, imageType}`; FFZ's emotes come from BTTV in the same form with `images`. */
export function emoteOfBttv(emote: Fields): EmoteListEntry | undefined {
  const provider = 'images' in emote ? 'ffz' : 'bttv';
  const isAnimated = emote['animated'] === true || emote['imageType'] === 'gif';
  const flags = [isAnimated && 'animated', emote['modifier'] === true && 'modifier'] as const;
  return entry(provider, idOf(emote['id']), textOf(emote['code']), flags);
}

/** `{id, name, urls}` of FFZ itself. */
export function emoteOfFfz(emote: Fields): EmoteListEntry | undefined {
  const isAnimated = typeof emote['animated'] === 'object' && emote['animated'] !== null;
  const flags = [isAnimated && 'animated', emote['modifier'] === true && 'modifier'] as const;
  return entry('ffz', idOf(emote['id']), textOf(emote['name']), flags);
}

/**
 * `{id, name, flags, data{flags, animated}}`. The outer name is the one that the channel gave it and that is typed in
 * chat.
 */
export function emoteOf7tv(emote: Fields): EmoteListEntry | undefined {
  const data = fieldsOf(emote['data']);
  const bits = numberOf(data['flags']) ?? 0;
  // Bit 0 of the outer flags: the channel lays this emote over others.
  const isLaidOver = ((numberOf(emote['flags']) ?? 0) & 1) === 1;
  const flags = FLAGS_OF_7TV.filter(
    (flag) => ((bits >> BITS_OF_7TV[flag]) & 1) === 1 || (flag === 'zero-width' && isLaidOver),
  );
  const all = [...flags, data['animated'] === true && 'animated'] as const;
  return entry('7tv', idOf(emote['id']), textOf(emote['name']) ?? textOf(data['name']), all);
}

/** `{sn: ":name:", url}` */
export function emoteOfPeertube(emote: Fields): EmoteListEntry | undefined {
  const name = textOf(emote['sn']);
  return entry('custom', name && `peertube:${name.replaceAll(/^:|:$/gu, '')}`, name, []);
}

/** What TwitchDownloader embeds: `{id, name, url?, isZeroWidth?}`. The provider of the emote is not named. */
export function emoteOfTwitchDownloader(emote: Fields): EmoteListEntry | undefined {
  const id = idOf(emote['id']);
  const flags = [emote['isZeroWidth'] === true && 'zero-width'] as const;
  const provider = providerOf(textOf(emote['url']) ?? '', id ?? '');
  return entry(provider, id && provider === 'custom' ? `twitchdownloader:${id}` : id, textOf(emote['name']), flags);
}

function providerOf(url: string, id: string): EmoteProvider {
  if (url.includes('betterttv.net')) return 'bttv';
  if (url.includes('frankerfacez.com')) return 'ffz';
  if (url.includes('7tv.')) return '7tv';
  // The form of the id tells the provider. Old ids of 7TV look like those of BTTV.
  if (/^\d{1,12}$/u.test(id)) return 'ffz';
  if (/^[0-9a-f]{24}$/u.test(id)) return 'bttv';
  return /^[0-9A-HJKMNP-TV-Z]{26}$/u.test(id) ? '7tv' : 'custom';
}

/** Undefined without id or name, or when the name could not stand in a text as one word. */
function entry(
  provider: EmoteProvider,
  id: string | undefined,
  name: string | undefined,
  flags: readonly (EmoteFlag | false)[],
): EmoteListEntry | undefined {
  if (!id || !name || /\s/u.test(name)) return undefined;
  const key = emoteKey(`${provider}:${id}`);
  return key === undefined ? undefined : { key, name, provider, flags: flags.filter((flag) => flag !== false) };
}
