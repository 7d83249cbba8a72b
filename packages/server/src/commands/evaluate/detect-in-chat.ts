import {
  analyzeReactions,
  type AudienceMessage,
  createSurge,
  type Detection,
  MessageActivity,
  type SecondActivity,
} from '@ovation/moments';
import { DEFAULT_INTERVAL, DEFAULT_THRESHOLD, emoteKey } from '@ovation/protocol';
import { chooseEmotes } from '../chat-log/choose-emotes.ts';

/** Runs a detector over a whole chat. A detector of windows announces a moment after its minute, live or not. */
type DetectInChat = (messages: AsyncIterable<AudienceMessage>, isLive: boolean) => Promise<Detection[]>;

const WINDOW_S = 60;

/** The default comes first. The settings are those of the product and the same for every source. */
export const evaluatedDetectors: Readonly<Record<string, DetectInChat>> = { surge: detectSurges, ratio: detectRatios };

async function detectSurges(messages: AsyncIterable<AudienceMessage>, isLive: boolean): Promise<Detection[]> {
  const surge = createSurge({ mode: isLive ? 'live' : 'afterwards' });
  const detections: Detection[] = [];
  const keep = (moments: ReturnType<typeof surge.end>) => {
    for (const { state, start, end, score, peak, at } of moments) {
      if (state === 'confirmed') detections.push({ start, end, score, peak, ...(isLive && { at }) });
    }
  };
  for await (const second of secondsOf(messages)) keep(surge.add(second));
  keep(surge.end());
  return detections;
}

/** The classic rule over the reactions of a chat: the classic eight emoji, or the eight most used of the chat. */
async function detectRatios(messages: AsyncIterable<AudienceMessage>, isLive: boolean): Promise<Detection[]> {
  const reactions: { at: number; emote: string }[] = [];
  for await (const second of secondsOf(messages)) {
    for (const [reaction] of second.reactions) {
      const emote = emoteKey(reaction);
      if (emote !== undefined) reactions.push({ at: second.second * 1_000, emote });
    }
  }
  const counts = new Map<string, number>();
  for (const { emote } of reactions) counts.set(emote, (counts.get(emote) ?? 0) + 1);
  const { keys } = chooseEmotes(counts, 'auto');
  const options = { interval: DEFAULT_INTERVAL, threshold: DEFAULT_THRESHOLD, allowed: keys, channel: 'chat' };
  return analyzeReactions(reactions, options).moments.map(({ windowStart, ratio }) => {
    const start = Date.parse(windowStart) / 1_000;
    return { start, end: start + WINDOW_S, score: ratio, ...(isLive && { at: start + WINDOW_S }) };
  });
}

async function* secondsOf(messages: AsyncIterable<AudienceMessage>): AsyncGenerator<SecondActivity> {
  const activity = new MessageActivity();
  for await (const message of messages) {
    const ended = activity.add(message);
    if (ended) yield ended;
  }
  const last = activity.end();
  if (last) yield last;
}
