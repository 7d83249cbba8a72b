import { stampOf } from '@ovation/formats';
import { analyzeReactions } from '@ovation/moments';
import { DEFAULT_INTERVAL, type Moment } from '@ovation/protocol';
import { type EmoteChoice, type EmoteWish, chooseEmotes } from '../chat-log/choose-emotes.ts';
import type { ChatLog } from '../chat-log/read-chat-log.ts';
import { shownAs } from '../chat-log/shown-as.ts';

const MINUTE_S = 60;

export interface AnalyzeWish {
  /** undefined: the classic 30, or the length of a shorter list of records */
  readonly interval: number | undefined;
  readonly threshold: number;
  readonly emotes: EmoteWish;
}

export interface ChatLogAnalysis {
  readonly interval: number;
  readonly threshold: number;
  readonly emotes: EmoteChoice;
  readonly reactions: number;
  /** minutes with at least one reaction */
  readonly windows: number;
  readonly moments: readonly ReturnType<typeof listedMoment>[];
}

/** The classic rule over the stream time of a chat log, by the engine that runs live. */
export function analyzeChatLog(chatLog: ChatLog, wish: AnalyzeWish): ChatLogAnalysis {
  const { reactions, names, report } = chatLog;
  const emotes = chooseEmotes(reactions, wish.emotes);
  const interval = wish.interval ?? defaultInterval(report.format, reactions.length);
  const { threshold } = wish;
  const options = { interval, threshold, allowed: emotes.keys, channel: 'file' };
  const { moments, windows } = analyzeReactions(reactions, options);
  return {
    interval,
    threshold,
    emotes,
    reactions: reactions.length,
    windows,
    moments: moments.map((moment) => listedMoment(moment, names, chatLog.messagesBySecond)),
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
