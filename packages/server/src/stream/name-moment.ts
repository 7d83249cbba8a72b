import type { Moment } from '@ovation/protocol';

/** Whether a moment shows an emote whose name comes from its channel. */
export function needsNames({ emote, reasons }: Moment): boolean {
  if (emote !== '') return !isEmoji(emote);
  return reasons?.reactions.some((one) => one.emote !== undefined && !isEmoji(one.emote)) === true;
}

/** Emotes that are not emoji are shown by the name they have in their channel. */
export function namedMoment(moment: Moment, names: ReadonlyMap<string, string>): Moment {
  const { display, emote, reasons } = moment;
  const named = { ...moment, display: names.get(emote) ?? display };
  if (!reasons) return named;
  const reactions = reasons.reactions.map((one) => {
    return { ...one, reaction: (one.emote === undefined ? undefined : names.get(one.emote)) ?? one.reaction };
  });
  return { ...named, reasons: { ...reasons, reactions } };
}

function isEmoji(key: string): boolean {
  return key.startsWith('unicode:');
}
