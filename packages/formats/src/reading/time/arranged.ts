import type { ChatKind, ChatMessage } from '../chat.ts';
import type { ImportInput } from '../format.ts';
import { ImportError } from '../import-error.ts';

/** A message before its place in the stream is known to be in order. */
export interface TimedMessage {
  /** stream time */
  readonly ms: number;
  readonly where: string;
  readonly author: string;
  readonly text: string;
  readonly kind: ChatKind;
  readonly id?: string | undefined;
  readonly authorId?: string | undefined;
  readonly at?: number | undefined;
  readonly deleted?: boolean;
}

/** Characters that are kept to be sorted: a video has a few thousand comments. */
const KEPT_MAX_LENGTH = 33_554_432;
/** More than the members of a message take without its text. */
const MEMBERS_LENGTH = 100;
/** A message this much older than the one before it belongs to a list that was gathered over days. */
const DISORDER_MS = 60_000;

/** Whether times are in the order of a broadcast. Otherwise comments of a video were gathered over days. */
export function isInOrder(times: readonly number[]): boolean {
  let newest = Number.NEGATIVE_INFINITY;
  for (const ms of times) {
    if (ms < newest - DISORDER_MS) return false;
    newest = Math.max(newest, ms);
  }
  return true;
}

/** Passes messages on as they come, or sorts them at the end of the file. */
export class ArrangedMessages {
  readonly #input: ImportInput;
  readonly #isStreamed: boolean;
  readonly #kept: TimedMessage[] = [];
  #length = 0;

  constructor(input: ImportInput, isStreamed: boolean) {
    this.#input = input;
    this.#isStreamed = isStreamed;
  }

  add(message: TimedMessage, out: ChatMessage[]): void {
    if (message.id !== undefined && this.#input.notes.isRepeat(message.id)) return;
    if (this.#isStreamed) this.#put(message, out);
    else this.#keep(message);
  }

  end(out: ChatMessage[]): void {
    this.#kept.sort((a, b) => a.ms - b.ms);
    for (const message of this.#kept) this.#put(message, out);
    this.#kept.length = 0;
  }

  #keep(message: TimedMessage): void {
    this.#length += message.text.length + MEMBERS_LENGTH;
    if (this.#length > KEPT_MAX_LENGTH) {
      throw new ImportError(
        `The comments up to ${message.where} are not in the order of their times and too many to be sorted (over 32 MB): sort the file first`,
      );
    }
    this.#kept.push(message);
  }

  #put({ ms, where, author, text, kind, id, authorId, at, deleted }: TimedMessage, out: ChatMessage[]): void {
    const { notes, emotes } = this.#input;
    const offsetMs = notes.place(ms, kind, where);
    if (offsetMs === undefined) return;
    if (deleted) notes.report.deleted += 1;
    emotes.addText(text);
    out.push({
      offsetMs,
      ...(at === undefined ? {} : { at }),
      ...(id === undefined ? {} : { id }),
      author,
      ...(authorId === undefined ? {} : { authorId }),
      text,
      emotes: emotes.take(),
      kind,
      ...(deleted ? { deleted: true } : {}),
    });
  }
}
