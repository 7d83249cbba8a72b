import type { ChatEmote, ImportReport } from '@ovation/formats';
import { emoteKey } from '@ovation/protocol';
import { chatLogErrorOf } from './chat-log-error.ts';
import type { OpenLog } from './open-logs.ts';
import { ScratchRecords } from './scratch-records.ts';

/**
 * One emote of one message. An emote that a message has three times is one reaction, because the author reacted once.
 */
interface ChatReaction {
  /** stream time, ms */
  readonly at: number;
  readonly emote: string;
}

/**
 * The live part of a chat log, as far as emotes go. Messages typed while watching the recording are not in it, and those
 * from before the start are only counted in the report.
 */
export interface ChatReactions extends AsyncDisposable {
  readonly report: Readonly<ImportReport>;
  readonly total: number;
  /** emote key -> reactions */
  readonly counts: ReadonlyMap<string, number>;
  /** emote key -> name typed in chat */
  readonly names: ReadonlyMap<string, string>;
  /** second of stream time -> messages */
  readonly messagesBySecond: ReadonlyMap<number, number>;
  /** the reactions once more, in order of time */
  again(): AsyncIterable<readonly ChatReaction[]>;
}

/** An emote is a number here, by its place in `counts`. */
type Kept = readonly [at: number, emote: number];

/**
 * Reads a log to its end and keeps its reactions on the disk: which emotes count is known only when all are counted.
 * @param words to count as emotes, also where the file knows them as a platform's emote
 * @throws ChatLogError
 */
export async function readReactions(
  { chat }: OpenLog,
  { words, onRead }: { words: readonly string[]; onRead: () => void },
): Promise<ChatReactions> {
  const kept = new ScratchRecords<Kept>();
  try {
    const known = new Set(words);
    const counts = new Map<string, number>();
    const places = new Map<string, number>();
    const names = new Map<string, string>();
    const messagesBySecond = new Map<number, number>();
    let total = 0;
    for await (const batch of chat.batches()) {
      for (const { emotes, kind, offsetMs } of batch) {
        if (kind === 'recording' || offsetMs < 0) continue;
        const second = Math.floor(offsetMs / 1_000);
        messagesBySecond.set(second, (messagesBySecond.get(second) ?? 0) + 1);
        for (const emote of emotes) {
          const key = keyOf(emote, known);
          if (!places.has(key)) {
            places.set(key, places.size);
            names.set(key, emote.name);
          }
          counts.set(key, (counts.get(key) ?? 0) + 1);
          total += 1;
          kept.add([offsetMs, places.get(key) ?? 0]);
        }
      }
      await kept.settle();
      onRead();
    }
    const keys = [...places.keys()];
    return {
      report: chat.report,
      total,
      counts,
      names,
      messagesBySecond,
      again: () => inOrder(kept, keys),
      [Symbol.asyncDispose]: () => kept[Symbol.asyncDispose](),
    };
  } catch (error) {
    await kept[Symbol.asyncDispose]();
    throw chatLogErrorOf(error);
  }
}

/** The word "LUL" of the options stands for every emote of that name. */
function keyOf(emote: ChatEmote, words: ReadonlySet<string>): string {
  return (words.has(emote.name) ? emoteKey(emote.name) : undefined) ?? emote.key;
}

/** An import leaves out what lies further back than this. */
const DISORDER_MS = 60_000;
/** So many wait at least, so that they are not sorted for each batch. */
const WAITING_MIN = 4_096;

async function* inOrder(
  kept: ScratchRecords<Kept>,
  keys: readonly string[],
): AsyncGenerator<readonly ChatReaction[], void> {
  let waiting: ChatReaction[] = [];
  let newest = Number.NEGATIVE_INFINITY;
  let sortAt = WAITING_MIN;
  for await (const batch of kept.batches()) {
    for (const [at, emote] of batch) {
      waiting.push({ at, emote: keys[emote] ?? '' });
      newest = Math.max(newest, at);
    }
    if (waiting.length < sortAt) continue;
    waiting.sort((a, b) => a.at - b.at);
    const ready = waiting.findIndex(({ at }) => at >= newest - DISORDER_MS);
    yield waiting.slice(0, ready);
    waiting = waiting.slice(ready);
    sortAt = Math.max(WAITING_MIN, 2 * waiting.length);
  }
  yield waiting.toSorted((a, b) => a.at - b.at);
}
