import { AD_LINES, RAID_LINES, THANKS } from './chat-words.ts';
import type { Authors } from './choose-author.ts';
import { poisson } from './draw-numbers.ts';
import { floodRate } from './flood-shapes.ts';
import type { PlannedFlood } from './plan-broadcast.ts';
import { pick, type Random } from './random.ts';
import type { Writer } from './write-message.ts';

/** A message before it has its time within the second. */
export interface Draft {
  readonly author: string;
  readonly text: string;
  /** kind of notice: subgift, raid */
  readonly notice?: string;
  readonly isBot?: boolean;
}

/** A flood that is under way: its accounts and the text that they copy do not change while it lasts. */
export interface Flood {
  readonly planned: PlannedFlood;
  readonly copied: string;
  /** tells its accounts from the accounts of other floods */
  readonly number: number;
}

const PASTERS = 6;
/** Accounts that each flood can have; the numbers before the first flood's accounts are bots. */
const ACCOUNTS = 8;
const NEWCOMERS_PER_VIEWER = 0.2;
/** Characters of what is copied. */
const PASTE_LENGTH = 70;
const SPAM_LENGTH = 18;
const FIRST_CHOICE_SHARE = 0.6;
const GIFT_SHARE = 0.55;
const THANKS_SHARE = 0.4;

export interface FloodParts {
  readonly random: Random;
  readonly authors: Authors;
  readonly writer: Writer;
  readonly viewers: number;
}

export function beginFlood({ writer }: FloodParts, planned: PlannedFlood, number: number): Flood {
  const copied =
    planned.kind === 'copypasta'
      ? writer.longText(PASTE_LENGTH)
      : `${writer.longText(SPAM_LENGTH)} ${writer.emoteOf('hype')}`;
  return { planned, copied, number };
}

/** What the flood adds in the second that begins at `second`. */
export function writeFlood(parts: FloodParts, flood: Flood, second: number, calmRate: number): Draft[] {
  const { kind, start } = flood.planned;
  const drafts = Array.from({ length: poisson(parts.random, floodRate(kind, second - start, calmRate)) }, () =>
    draft(parts, flood),
  );
  if (kind !== 'raid' || second !== start) return drafts;
  return [{ author: parts.authors.account(ACCOUNTS * flood.number), text: '', notice: 'raid' }, ...drafts];
}

function draft({ random, authors, writer, viewers }: FloodParts, { planned, copied, number }: Flood): Draft {
  const account = ACCOUNTS * number;
  switch (planned.kind) {
    case 'raid': {
      const author = authors.newcomer(number, Math.max(10, Math.ceil(NEWCOMERS_PER_VIEWER * viewers)));
      return { author, text: `${pick(random, RAID_LINES)} ${writer.emoteOf('love')}` };
    }
    case 'giveaway':
      return { author: authors.viewer(), text: '!enter' };
    case 'poll':
      return { author: authors.viewer(), text: random() < FIRST_CHOICE_SHARE ? '1' : '2' };
    case 'subtrain':
      if (random() < GIFT_SHARE) return { author: authors.talker(), text: '', notice: 'subgift' };
      return {
        author: authors.viewer(),
        text: random() < THANKS_SHARE ? pick(random, THANKS) : writer.emoteOf('love'),
      };
    case 'spammer':
      return { author: authors.account(account), text: copied };
    case 'copypasta':
      return { author: authors.account(account + Math.floor(random() * PASTERS)), text: copied };
    case 'adbreak':
      return { author: authors.talker(), text: pick(random, AD_LINES) };
  }
}
