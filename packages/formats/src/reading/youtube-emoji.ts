import type { EmoteFinder } from './find-emotes.ts';
import { type Fields, listOf, textOf } from './records/json-fields.ts';

/** Counts an emoji of a YouTube message and returns its text. */
export function addYoutubeEmoji(emoji: Fields, emotes: EmoteFinder): string {
  const id = textOf(emoji['emojiId']) ?? '';
  const name = textOf(listOf(emoji['shortcuts'])[0]) ?? id;
  if (emoji['isCustomEmoji'] !== true) {
    emotes.addText(id);
    return id;
  }
  emotes.add(youtubeEmoteKey(id), name);
  return name;
}

/** Ids of channel emotes are `<channel>/<emote>`. */
export function youtubeEmoteKey(id: string): string {
  const slash = id.indexOf('/');
  return slash === -1 ? `custom:youtube:${id}` : `custom:${id.slice(0, slash)}:${id.slice(slash + 1)}`;
}
