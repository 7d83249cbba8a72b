import type { ChatMessage, ImportReport } from './chat.ts';

/** Moderators act within a minute or two. A later removal comes when its message was already passed on. */
const HOLD_MS = 120_000;
const HELD_MAX = 5_000;

interface Held {
  message: ChatMessage;
  readonly id: string | undefined;
  readonly author: string;
  readonly number: number;
}

/**
 * Holds messages back for two minutes of stream time, so that a removal that follows in the file still changes them.
 * Memory does not grow with the file.
 */
export class HeldMessages {
  readonly #report: ImportReport;
  #queue: Held[] = [];
  #first = 0;
  #number = 0;
  readonly #byId = new Map<string, Held>();
  /** author → number of a message; all messages of the author before that one are removed */
  readonly #removed = new Map<string, number>();

  constructor(report: ImportReport) {
    this.#report = report;
  }

  /** @param author the name that `removeAuthor` takes */
  add(message: ChatMessage, id: string | undefined, author: string, out: ChatMessage[]): void {
    const held = { message, id, author, number: this.#number };
    this.#number += 1;
    this.#queue.push(held);
    if (id !== undefined) this.#byId.set(id, held);
    this.#release(out, message.offsetMs - HOLD_MS);
  }

  remove(id: string): void {
    const held = this.#byId.get(id);
    if (held) held.message = { ...held.message, deleted: true };
  }

  removeAuthor(author: string): void {
    // Deleted and set again, so that the author moves to the end of the map: the oldest entries are forgotten first.
    this.#removed.delete(author);
    this.#removed.set(author, this.#number);
    if (this.#removed.size > HELD_MAX) this.#removed.delete(this.#removed.keys().next().value ?? '');
  }

  /** Replaces the content of a held message. @returns false when no held message has this id */
  replace(id: string, content: Pick<ChatMessage, 'author' | 'text' | 'emotes'>): boolean {
    const held = this.#byId.get(id);
    if (held) held.message = { ...held.message, ...content };
    return held !== undefined;
  }

  /** Called at the end of the file. */
  flush(out: ChatMessage[]): void {
    this.#release(out, Number.POSITIVE_INFINITY);
  }

  #release(out: ChatMessage[], untilMs: number): void {
    for (let held = this.#queue[this.#first]; held; held = this.#queue[this.#first]) {
      const isFull = this.#queue.length - this.#first > HELD_MAX;
      if (held.message.offsetMs >= untilMs && !isFull) break;
      this.#first += 1;
      out.push(this.#handOut(held));
    }
    // The list is cut rarely and in one step, because removing its first element moves all others.
    if (this.#first <= HELD_MAX / 2 && this.#first < this.#queue.length) return;
    this.#queue = this.#queue.slice(this.#first);
    this.#first = 0;
  }

  #handOut({ message, id, author, number }: Held): ChatMessage {
    if (id !== undefined) this.#byId.delete(id);
    const isRemoved = message.deleted ?? (this.#removed.size > 0 && number < (this.#removed.get(author) ?? 0));
    if (!isRemoved) return message;
    this.#report.deleted += 1;
    return { ...message, deleted: true };
  }
}
