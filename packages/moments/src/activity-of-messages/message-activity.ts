import { botNames } from './known-bots.ts';
import type { AudienceMessage } from './message.ts';
import { reactionsOfText } from './reactions-of-text.ts';
import { RecentlySeen } from './recently-seen.ts';
import { RecentCounts } from './recent-counts.ts';
import { emptySecond, type SecondActivity } from './second-activity.ts';

/** An author's earlier messages and copies of a text count for this long, seconds. */
const MEMORY_S = 30;
const NEWCOMER_S = 600;
const COMMAND_WEIGHT = 0.1;
const VOTE_WEIGHT = 0.3;
const NOTICE_WEIGHT = 0.2;
/** When a text of at least this length occurs again, it was copied and not typed. */
const LONG_TEXT = 40;
/** A command has a letter behind its exclamation mark. */
const CODE_OF_A = 0x41;
const SAMPLES_PER_SECOND = 4;
const SAMPLE_MAX_LENGTH = 300;
const REACTIONS_PER_SECOND = 500;
const VOTE = /^(?:[0-9]|[+-]|[yn])$/iu;
const AD = /\b(?:ads?|advert\w*|commercials?|werbung|anuncios?)\b/iu;

export interface MessageActivityOptions {
  /** accounts to leave out beside the default list */
  readonly bots?: readonly string[];
  /** also count newcomers; needed for digests, because a digest does not name authors */
  readonly newcomers?: boolean;
}

/**
 * Turns messages into seconds of activity. Imports, replay and live chat all use it, so they count the same way.
 * Messages must come in order of time; a late message counts in the open second.
 */
export class MessageActivity {
  readonly #bots: ReadonlySet<string>;
  readonly #recentAuthors = new RecentCounts(MEMORY_S);
  readonly #recentTexts = new RecentCounts(MEMORY_S);
  readonly #known: RecentlySeen | undefined;
  #open: SecondActivity | undefined;

  constructor(options: MessageActivityOptions = {}) {
    this.#bots = botNames(options.bots);
    if (options.newcomers === true) this.#known = new RecentlySeen(NEWCOMER_S);
  }

  /** @returns the second that this message ended, if any; seconds without messages are left out */
  add(message: AudienceMessage): SecondActivity | undefined {
    const second = Math.floor(message.at);
    let ended: SecondActivity | undefined;
    if (!this.#open) this.#open = emptySecond(second);
    else if (second > this.#open.second) {
      ended = this.#open;
      this.#open = emptySecond(second);
    }
    this.#count(this.#open, message);
    return ended;
  }

  /**
   * Takes the open second as it is: at the end of a file, or when a live caller cannot wait. Later messages of the same
   * second make another part of it.
   */
  end(): SecondActivity | undefined {
    const ended = this.#open;
    this.#open = undefined;
    return ended;
  }

  #count(second: SecondActivity, message: AudienceMessage): void {
    const { author, text } = message;
    second.messages += 1;
    if (message.isBot === true || this.#isBot(author)) {
      second.features.bots += 1;
      return;
    }
    const at = Math.max(message.at, second.second);
    const earlier = author === '' ? 0 : this.#countAuthor(second, author, at);
    const weight = this.#kindWeight(second, message, at) / (1 + earlier);
    second.weight += weight;
    if (text === '' || message.notice !== undefined) return;
    const reactions = reactionsOfText(text, message.emotes);
    addReactions(second, reactions, weight);
    if (second.samples.length < SAMPLES_PER_SECOND) {
      second.samples.push({ at: message.at, author, text: text.slice(0, SAMPLE_MAX_LENGTH) });
    }
  }

  /** Number of earlier messages of the author within the memory. */
  #countAuthor(second: SecondActivity, author: string, at: number): number {
    second.authors.set(author, (second.authors.get(author) ?? 0) + 1);
    if (this.#known?.isNew(author, at)) second.features.newcomers += 1;
    return this.#recentAuthors.add(author, at);
  }

  /** Weight of a message by its kind: how much it counts as a reaction. */
  #kindWeight({ features }: SecondActivity, { text, notice }: AudienceMessage, at: number): number {
    if (notice !== undefined) {
      features.notices += 1;
      if (notice === 'raid') features.raids += 1;
      return NOTICE_WEIGHT;
    }
    if (text.length <= 1) {
      if (!VOTE.test(text)) return 1;
      features.votes += 1;
      return VOTE_WEIGHT;
    }
    if (text.startsWith('!') && text.charCodeAt(1) >= CODE_OF_A) {
      features.commands += 1;
      return COMMAND_WEIGHT;
    }
    if (text.length < LONG_TEXT) {
      if (text.length > 1 && AD.test(text)) features.ads += 1;
      return 1;
    }
    const copies = this.#recentTexts.add(text, at);
    if (copies > 0) features.copies += 1;
    return 1 / (1 + copies);
  }

  #isBot(author: string): boolean {
    return this.#bots.has(author) || this.#bots.has(author.toLowerCase());
  }
}

function addReactions(second: SecondActivity, reactions: readonly string[], weight: number): void {
  if (reactions.length === 0 || weight === 0) return;
  second.reactionWeight += weight;
  for (const reaction of reactions) {
    const before = second.reactions.get(reaction);
    if (before === undefined && second.reactions.size >= REACTIONS_PER_SECOND) continue;
    second.reactions.set(reaction, (before ?? 0) + weight);
  }
}
