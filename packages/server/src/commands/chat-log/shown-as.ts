import { emoteDisplay } from '@ovation/protocol';

/** How an emote is shown: an emoji as itself, any other by the name it has in chat. */
export function shownAs(key: string, names: ReadonlyMap<string, string>): string {
  return key.startsWith('unicode:') ? emoteDisplay(key) : (names.get(key) ?? emoteDisplay(key));
}
