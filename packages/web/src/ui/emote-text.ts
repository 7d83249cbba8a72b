import { emoteDisplay } from '@ovation/protocol';
import type { ChannelView } from '@ovation/client';

/** How a channel shows an emote key: its alias there, else the emoji or the name in the key. */
export function displayOf(view: Pick<ChannelView, 'emotes'>, key: string): string {
  return view.emotes.get(key) ?? emoteDisplay(key);
}
