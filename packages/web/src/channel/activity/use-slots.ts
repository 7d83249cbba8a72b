import { useState } from 'react';
import { emoteKey } from '@ovation/protocol';
import type { ChannelView } from '@ovation/client';
import { assignSlots } from './slots.ts';

const noSlots: readonly string[] = [];

/** The emote keys that have a colour, in the order of the colours. */
export function useSlots(view: ChannelView, counts: ReadonlyMap<string, number>): readonly string[] {
  const [previous, remember] = useState(noSlots);
  const allowed = (view.settings?.allowedEmotes ?? []).map(emoteKey).filter((key) => key !== undefined);
  const slots = assignSlots(previous, [...new Set(allowed)], counts);
  // Adjusting state while rendering: React renders again at once, and equal lists keep their identity.
  if (slots !== previous) remember(slots);
  return slots;
}
