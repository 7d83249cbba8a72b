import { mix32, type Random } from './random.ts';

/** Zipf's exponent: the most eager 1 % of the authors write a tenth (few viewers) to a quarter of the messages. */
const EAGERNESS = 0.75;
/** The others only watch, tap, and react to the great moments. */
const WRITERS_PER_VIEWER = 0.5;

export interface Authors {
  /** a regular writer */
  talker(): string;
  /** any viewer */
  viewer(): string;
  /** one of `count` newcomers; `group` tells one raid from another */
  newcomer(group: number, count: number): string;
  /** account `index` of a kind that writes by plan: bots, spammers */
  account(index: number): string;
}

const ACCOUNTS_FROM = 0x4000_0000;
const NEWCOMERS_FROM = 0x8000_0000;
/** hexadecimal digits of 32 bits */
const NAME_DIGITS = 8;
const GROUP_SIZE = 0x10_0000;

/** Pseudonyms `u` + 8 hexadecimal digits out of ranks, without a list: a million viewers cost no memory. */
export function createAuthors(random: Random, viewers: number, seed: number): Authors {
  const salt = mix32(seed);
  const name = (rank: number) =>
    `u${mix32(rank ^ salt)
      .toString(16)
      .padStart(NAME_DIGITS, '0')}`;
  const writers = Math.ceil(WRITERS_PER_VIEWER * viewers);
  const span = (writers + 1) ** (1 - EAGERNESS) - 1;
  return {
    talker: () => name(Math.floor((span * random() + 1) ** (1 / (1 - EAGERNESS))) - 1),
    viewer: () => name(Math.floor(random() * viewers)),
    newcomer: (group, count) =>
      name(NEWCOMERS_FROM + ((group * GROUP_SIZE) % NEWCOMERS_FROM) + Math.floor(random() * count)),
    account: (index) => name(ACCOUNTS_FROM + index),
  };
}
