import { createLevel } from './audience-level.ts';
import { type Authors, createAuthors } from './choose-author.ts';
import { poisson } from './draw-numbers.ts';
import { type EmoteSet, PLATFORM_EMOTES } from './emote-sets.ts';
import { FLOOD_SHAPES } from './flood-shapes.ts';
import { isOver, planBroadcast, type Planned, type PlannedMoment, swellOf } from './plan-broadcast.ts';
import { type Random, seededStream } from './random.ts';
import { tapReactions, type Taps } from './tap-reactions.ts';
import { beginFlood, type Draft, type Flood, type FloodParts, writeFlood } from './write-flood.ts';
import { createWriter, type Mood, type Writer } from './write-message.ts';

export const VIEWERS_MAX = 1_000_000;
export const MOMENTS_PER_HOUR_MAX = 20;

export interface AudienceOptions {
  /** whole number, 1 to 1,000,000 */
  readonly viewers: number;
  /** whole number, 0 to 20 */
  readonly momentsPerHour: number;
  readonly seed: number;
  /** one flood of each kind an hour, or none */
  readonly floods: boolean;
  /** of the messages; default `twitch` */
  readonly emotes?: EmoteSet;
  /** false: `messages` stays empty, and the reactions are the same as with chat */
  readonly chat?: boolean;
}

/** A line of a labelled chat (`t` seconds of the broadcast with three decimals, `u` pseudonym, `m` text). */
export interface SimulatedMessage {
  readonly t: number;
  readonly u: string;
  readonly m: string;
  /** the platform's own emotes in the text, as often as they stand in it */
  readonly e?: readonly string[];
  /** a notice instead of a message: `subgift` or `raid` */
  readonly n?: string;
  readonly bot?: 1;
}

export interface AudienceSecond {
  /** of the broadcast, from 0 */
  readonly second: number;
  /** in order of time */
  readonly messages: readonly SimulatedMessage[];
  /** emotes tapped in this second */
  readonly reactions: readonly Taps[];
  /** moments and floods that begin in this second: the labels */
  readonly begins: readonly Planned[];
}

/** Streams of random numbers of their own, so that more of one thing leaves the others as they are. */
const STREAMS = { plan: 0, level: 1, chat: 2, taps: 3 } as const;
/** `rate = 0.006 viewers^0.85`: the larger the audience, the smaller the part of it that writes. */
const RATE_OF_ONE = 0.006;
const RATE_EXPONENT = 0.85;
const BOT_PERIOD_S = 600;
const FIRST_BOT_LINE_S = 120;
const BOT_ANSWERS = 0.5;
/** Share of all emotes that turns to the event's kind at its top. */
const LOUD_MOOD = 0.4;
const QUIET_MOOD = 0.75;

/** Messages a second of an audience while nothing happens. */
export function calmRate(viewers: number): number {
  return RATE_OF_ONE * viewers ** RATE_EXPONENT;
}

/**
 * An audience second by second, without an end. Pure: the same options give the same audience. Nothing of the past is
 * kept but the events that the audience still reacts to, so memory does not grow with the broadcast.
 */
export function* createAudience(options: AudienceOptions): Generator<AudienceSecond, never> {
  const { viewers, momentsPerHour, seed, floods, chat = true } = options;
  const plan = planBroadcast({ momentsPerHour, floods, random: seededStream(seed, STREAMS.plan) });
  const level = createLevel(seededStream(seed, STREAMS.level));
  const taps = seededStream(seed, STREAMS.taps);
  const chatter = createChatter(options);
  let next = plan.next();
  let active: Planned[] = [];
  for (let second = 0; ; second += 1) {
    const begins: Planned[] = [];
    for (; next.done !== true && next.value.start <= second; next = plan.next()) begins.push(next.value);
    active = [...active, ...begins].filter((planned) => !isOver(planned, second));
    const lively = level();
    yield {
      second,
      messages: chat ? chatter(second, lively, active) : [],
      reactions: tapReactions(taps, { viewers, level: lively, second }, active),
      begins,
    };
  }
}

type Chatter = (second: number, level: number, active: readonly Planned[]) => SimulatedMessage[];

interface ChatParts extends FloodParts {
  readonly authors: Authors;
  readonly writer: Writer;
  readonly random: Random;
}

function createChatter({ viewers, seed, emotes = 'twitch' }: AudienceOptions): Chatter {
  const random = seededStream(seed, STREAMS.chat);
  const writer = createWriter(random, emotes);
  const parts: ChatParts = { random, writer, viewers, authors: createAuthors(random, viewers, seed) };
  const favourites = new WeakMap<PlannedMoment, string>();
  const floods = new WeakMap<Planned, Flood>();
  let floodNumber = 0;

  const moodOf = (moment: PlannedMoment, second: number): Mood => {
    const favourite = favourites.get(moment) ?? writer.emoteOf(moment.kind);
    favourites.set(moment, favourite);
    const share = (moment.isQuiet ? QUIET_MOOD : LOUD_MOOD) * swellOf(moment, second + 0.5);
    return { kind: moment.kind, favourite, share };
  };
  const floodOf = (planned: Planned & { type: 'flood' }): Flood => {
    const flood = floods.get(planned) ?? beginFlood(parts, planned, (floodNumber += 1));
    floods.set(planned, flood);
    return flood;
  };

  return (second, level, active) => {
    const rate = calmRate(viewers) * level;
    const drafts = writeBots(parts, second);
    let mood: Mood | undefined;
    let calm = rate;
    for (const planned of active) {
      if (planned.type === 'moment') {
        mood = moodOf(planned, second);
        drafts.push(...writeReactions(parts, mood, rate * planned.gain * swellOf(planned, second + 0.5)));
      } else if (second < planned.end) {
        calm *= FLOOD_SHAPES[planned.kind].calm;
        drafts.push(...writeFlood(parts, floodOf(planned), second, rate));
      }
    }
    drafts.push(...writeTalk(parts, mood, calm));
    return withTimes(random, second, drafts);
  };
}

function writeTalk({ random, authors, writer }: ChatParts, mood: Mood | undefined, rate: number): Draft[] {
  return Array.from({ length: poisson(random, rate) }, () => {
    const text = writer.talk(mood);
    const talk = { author: authors.talker(), text };
    if (!text.startsWith('!') || random() >= BOT_ANSWERS) return [talk];
    return [talk, { author: authors.account(1), text: `${text.slice(1)}: see below the video`, isBot: true }];
  }).flat();
}

/** Half of the reacting viewers are not regular writers. */
function writeReactions({ random, authors, writer }: ChatParts, mood: Mood, rate: number): Draft[] {
  return Array.from({ length: poisson(random, rate) }, () => ({
    author: random() < 0.5 ? authors.viewer() : authors.talker(),
    text: writer.react(mood),
  }));
}

function writeBots({ authors, writer }: ChatParts, second: number): Draft[] {
  if (second % BOT_PERIOD_S !== FIRST_BOT_LINE_S) return [];
  return [{ author: authors.account(0), text: writer.botLine(), isBot: true }];
}

function withTimes(random: Random, second: number, drafts: readonly Draft[]): SimulatedMessage[] {
  const times = Float64Array.from(drafts, () => Math.floor(random() * 1_000)).toSorted();
  // The order of the authors must not follow the order in which the kinds of messages were drawn.
  const shuffledDrafts = drafts.length < 2 ? drafts : inRandomOrder(random, drafts);
  return shuffledDrafts.map((draft, index) => messageOf((second * 1_000 + (times[index] ?? 0)) / 1_000, draft));
}

function messageOf(t: number, { author, text, notice, isBot }: Draft): SimulatedMessage {
  const platform = text.split(' ').filter((word) => PLATFORM_EMOTES.has(word));
  return {
    t,
    u: author,
    m: text,
    ...(platform.length > 0 && { e: platform }),
    ...(notice !== undefined && { n: notice }),
    ...(isBot && { bot: 1 as const }),
  };
}

/** Fisher and Yates. */
function inRandomOrder<T>(random: Random, list: readonly T[]): T[] {
  const result = [...list];
  for (let last = result.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1));
    // both indexes are below the length
    [result[last], result[other]] = [result[other] as T, result[last] as T];
  }
  return result;
}
