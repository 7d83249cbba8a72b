import type { SampleMessage } from '../activity-of-messages/second-activity.ts';
import { reactionsOfText } from '../activity-of-messages/reactions-of-text.ts';

const SAMPLES = 3;

/**
 * Chooses three messages by different authors with different texts: the first message with each top reaction, and then
 * the earliest others until there are three.
 */
export function chooseSamples(messages: readonly SampleMessage[], reactions: readonly string[]): SampleMessage[] {
  const chosen: SampleMessage[] = [];
  const take = (candidates: readonly SampleMessage[]) => {
    const other = candidates.find((message) => chosen.every((known) => isDifferent(known, message)));
    if (other) chosen.push(other);
    return other !== undefined;
  };
  for (const reaction of reactions) take(messages.filter(({ text }) => text.includes(reaction)));
  while (chosen.length < SAMPLES && take(messages));
  return chosen.toSorted((a, b) => a.at - b.at);
}

function isDifferent(one: SampleMessage, other: SampleMessage): boolean {
  const isSameAuthor = one.author !== '' && one.author === other.author;
  return !isSameAuthor && spelling(one.text) !== spelling(other.text);
}

/** Equal for texts that say the same, such as "LOOOL" and "LOOOOL LOOL". */
function spelling(text: string): string {
  const reactions = reactionsOfText(text);
  return reactions.length === 0 ? text : reactions.join(' ').toLowerCase();
}
