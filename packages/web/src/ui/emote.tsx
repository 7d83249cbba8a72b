import { isEmoji } from '@ovation/protocol';
import { texts } from '../texts.ts';

const sizes = {
  sm: { emoji: 'text-base', text: 'text-2xs' },
  md: { emoji: 'text-xl', text: 'text-xs' },
  lg: { emoji: 'text-3xl', text: 'text-sm' },
};

interface EmoteProps {
  /** as shown: an emoji, or an emote's name */
  display: string;
  size?: keyof typeof sizes;
  /** when the name is said by a label around it */
  isSilent?: boolean;
}

/** One emote. What is not an emoji is shown as its name in a chip: nothing is fetched, and markup stays text. */
export function Emote({ display, size = 'md', isSilent = false }: EmoteProps) {
  if (isEmoji(display)) {
    const label = isSilent ? { 'aria-hidden': true } : { role: 'img', 'aria-label': texts.emoteName(display) };
    return (
      <span {...label} className={`font-emoji ${sizes[size].emoji}`}>
        {display}
      </span>
    );
  }
  return (
    <span
      dir="auto"
      title={display}
      aria-hidden={isSilent || undefined}
      className={`bg-sunken inline-block max-w-full truncate rounded-sm px-1 font-semibold ${sizes[size].text}`}
    >
      {display}
    </span>
  );
}
