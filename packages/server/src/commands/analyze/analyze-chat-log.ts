import { stampOf } from '@ovation/formats';
import { ReactionAnalysis } from '@ovation/moments';
import { DEFAULT_INTERVAL, DEFAULT_THRESHOLD, type Moment } from '@ovation/protocol';
import { type EmoteChoice, type EmoteWish, chooseEmotes } from '../chat-log/choose-emotes.ts';
import type { ChatReactions } from '../chat-log/read-reactions.ts';
import { shownAs } from '../chat-log/shown-as.ts';

const MINUTE_S = 60;

export interface AnalyzeWish {
  /** undefined: the classic 30, or the length of a shorter list of records */
  readonly interval: number | undefined;
  /** undefined: the classic 0.3 */
  readonly threshold: number | undefined;
  readonly emotes: EmoteWish;
}

/** What the classic rule finds in a chat log. */
export interface ChatLogAnalysis extends Pick<ChatReactions, 'report' | 'names' | 'messagesBySecond'> {
  readonly interval: number;
  readonly threshold: number;
  readonly emotes: EmoteChoice;
  readonly reactions: number;
  /** minutes with at least one reaction */
  readonly windows: number;
  readonly moments: readonly ReturnType<typeof listedMoment>[];
}

/** The classic rule over the stream time of a chat log, by the engine that runs live. */
export async function analyzeChatLog(reactions: ChatReactions, wish: AnalyzeWish): Promise<ChatLogAnalysis> {
  const { counts, messagesBySecond, names, report, total } = reactions;
  const emotes = chooseEmotes(counts, wish.emotes);
  const interval = wish.interval ?? defaultInterval(report.format, total);
  const { threshold = DEFAULT_THRESHOLD } = wish;
  const engine = new ReactionAnalysis({ interval, threshold, allowed: emotes.keys, channel: 'file' });
  for await (const batch of reactions.again()) for (const reaction of batch) engine.add(reaction);
  const { moments, windows } = engine.end();
  return {
    report,
    names,
    messagesBySecond,
    interval,
    threshold,
    emotes,
    reactions: total,
    windows,
    moments: moments.map((moment) => listedMoment(moment, names, messagesBySecond)),
  };
}
/** A short list of records is judged as a whole (S0-31). A chat log is judged as it would have been live. */
function defaultInterval(format: string, reactions: number): number {
  return format === 'emote-records' ? Math.max(1, Math.min(DEFAULT_INTERVAL, reactions)) : DEFAULT_INTERVAL;
}

/** A moment as printed and as in the JSON file: in stream time, with `messages` as the chat messages of its minute. */
function listedMoment(
  { id, emote, windowStart, count, total, ratio }: Moment,
  names: ReadonlyMap<string, string>,
  messagesBySecond: ReadonlyMap<number, number>,
) {
  const startMs = Date.parse(windowStart);
  const startSeconds = startMs / 1_000;
  let messages = 0;
  for (let second = 0; second < MINUTE_S; second += 1) messages += messagesBySecond.get(startSeconds + second) ?? 0;
  return {
    id,
    startSeconds,
    time: stampOf(startMs),
    emote,
    display: shownAs(emote, names),
    count,
    total,
    ratio,
    messages,
  };
}
