import type { EmoteFinder } from '../find-emotes.ts';

/** A piece of a message: plain words, or an emote with its key and the name that is shown. */
export type TextPart = string | { readonly key: string; readonly name: string };

/** The whole text of the parts; their emotes go to the finder. */
export function readParts(parts: readonly TextPart[], emotes: EmoteFinder): string {
  let text = '';
  for (const part of parts) {
    if (typeof part === 'string') {
      emotes.addText(part);
      text += part;
    } else {
      emotes.add(part.key, part.name);
      text += part.name;
    }
  }
  return text;
}
