import type { ChatKind, ChatMessage } from '../chat.ts';
import type { ImportInput } from '../format.ts';
import { HeldMessages } from '../held-messages.ts';
import { type TextPart, readParts } from './text-part.ts';

/** What a format has read of a message. Its time is `offsetMs` of stream time, or `at` of the wall clock. */
export interface Draft {
  readonly offsetMs?: number | undefined;
  /** ms since 1970 UTC */
  readonly at?: number | undefined;
  readonly id?: string | undefined;
  /** what makes two messages the same one, where the id alone does not; the id unless told */
  readonly repeatKey?: string | undefined;
  readonly author: string;
  readonly authorId?: string | undefined;
  /** undefined for an event without a text, which is a notice */
  readonly parts: readonly TextPart[] | undefined;
  readonly kind?: ChatKind;
  readonly bits?: number | undefined;
  readonly deleted?: boolean;
  readonly bot?: boolean;
}

/** Makes messages of drafts: gives them their place, leaves out repeats, and flags what moderators remove. */
export class Drafts {
  readonly #input: ImportInput;
  readonly #held: HeldMessages;

  constructor(input: ImportInput) {
    this.#input = input;
    this.#held = new HeldMessages(input.notes.report);
  }

  add(draft: Draft, where: string, out: ChatMessage[]): void {
    const { notes, emotes } = this.#input;
    const { at, id, parts } = draft;
    const repeatKey = draft.repeatKey ?? id;
    if (repeatKey && notes.isRepeat(repeatKey)) return;
    const stamp = draft.offsetMs ?? (at === undefined ? undefined : notes.sinceFirst(at));
    if (stamp === undefined) {
      notes.skip(where, 'it has no time');
      return;
    }
    const kind = draft.kind ?? (parts === undefined ? 'notice' : 'chat');
    const offsetMs = notes.place(stamp, kind, where);
    if (offsetMs === undefined) return;
    const author = draft.author.toWellFormed();
    const text = readParts(parts ?? [], emotes).toWellFormed();
    const message = { offsetMs, author, text, emotes: emotes.take(), kind, ...knownOf(draft) };
    this.#held.add(message, id, draft.authorId ?? author, out);
  }

  /** A message that moderators removed. */
  remove(id: string | undefined): void {
    if (id !== undefined) this.#held.remove(id);
  }

  /** @param author the id of the author, or the name when messages have no author ids */
  removeAuthor(author: string | undefined): void {
    if (author !== undefined) this.#held.removeAuthor(author);
  }

  end(out: ChatMessage[]): void {
    this.#held.flush(out);
  }
}

type Known = Pick<ChatMessage, 'at' | 'id' | 'authorId' | 'bits' | 'deleted' | 'bot'>;

function knownOf({ at, id, authorId, bits = 0, deleted, bot }: Draft): Known {
  return {
    ...(at === undefined ? {} : { at }),
    ...(id === undefined || id === '' ? {} : { id }),
    ...(authorId === undefined || authorId === '' ? {} : { authorId }),
    ...(bits > 0 ? { bits } : {}),
    ...(deleted ? { deleted: true } : {}),
    ...(bot ? { bot: true } : {}),
  };
}
