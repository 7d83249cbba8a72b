import type { MomentFlag } from '@ovation/protocol';
import type { ActivityFeatures, SecondActivity } from '../activity-of-messages/second-activity.ts';

/** A flag is set from this share of the messages in the range on. The values were chosen on planted floods only. */
const POLL_SHARE = 0.35;
const COMMAND_SHARE = 0.3;
const COPY_SHARE = 0.2;
const AD_SHARE = 0.15;
const AUTHOR_SHARE = 0.25;
const NEWCOMER_SHARE = 0.7;
const NOTICES = 3;
const NOTICE_SHARE = 0.1;
const LEAST_MESSAGES = 8;
const LEAST_AUTHORS = 20;

/** Events that bring messages although nothing happened on the broadcast. */
const FLOODS: ReadonlySet<MomentFlag> = new Set(['raid', 'poll', 'giveaway', 'sub train']);
const FLOOD_SHARE = 0.5;

/** Halves the score of a moment that a flood explains, so that it ranks behind the others. */
export function withoutFlood(score: number, flags: readonly MomentFlag[]): number {
  return flags.some((flag) => FLOODS.has(flag)) ? FLOOD_SHARE * score : score;
}

export function flagsOf(
  inside: readonly SecondActivity[],
  before: readonly SecondActivity[],
  authors: ReadonlyMap<string, number>,
): MomentFlag[] {
  const messages = inside.reduce((sum, second) => sum + second.messages, 0);
  if (messages < LEAST_MESSAGES) return [];
  const share = (feature: keyof ActivityFeatures) =>
    inside.reduce((sum, { features }) => sum + features[feature], 0) / messages;
  const flags: readonly [MomentFlag, boolean][] = [
    ['raid', share('raids') > 0 || areNewcomers(before, authors)],
    ['poll', share('votes') >= POLL_SHARE],
    ['giveaway', share('commands') >= COMMAND_SHARE],
    ['sub train', share('notices') >= NOTICE_SHARE && share('notices') * messages >= NOTICES],
    ['copypasta', share('copies') >= COPY_SHARE],
    ['spammer', Math.max(0, ...authors.values()) / messages >= AUTHOR_SHARE],
    ['ad break', share('ads') >= AD_SHARE],
  ];
  return flags.filter(([, isSet]) => isSet).map(([flag]) => flag);
}

/** Whether most of the authors did not write in the 10 min before, although enough authors are known from that time. */
function areNewcomers(before: readonly SecondActivity[], authors: ReadonlyMap<string, number>): boolean {
  const { size } = authors;
  if (size < LEAST_AUTHORS) return false;
  const known = new Set<string>();
  const others = new Set<string>();
  for (const second of before) {
    for (const author of second.authors.keys()) {
      if (authors.has(author)) {
        known.add(author);
        // Most authors of most chats are known, so the loop nearly always ends here early.
        if ((size - known.size) / size < NEWCOMER_SHARE) return false;
      } else if (others.size < LEAST_AUTHORS) others.add(author);
    }
  }
  return known.size + others.size >= LEAST_AUTHORS;
}
