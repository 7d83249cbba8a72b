import type { ChatMessage } from './chat.ts';

/** The ids of a message as its fields; an id that is missing or empty is left out. */
export function idsOf(id: string | undefined, authorId: string | undefined): Pick<ChatMessage, 'id' | 'authorId'> {
  if (id) return authorId ? { id, authorId } : { id };
  return authorId ? { authorId } : {};
}

/**
 * Gives a message what the file says beside it: what is missing or empty is left out. The message itself is changed, because
 * to spread several objects into a new one costs as much as reading a short line.
 */
export function named(
  message: { -readonly [Key in keyof ChatMessage]: ChatMessage[Key] },
  { at, id, authorId }: { readonly at: number | undefined } & Named,
): ChatMessage {
  if (at !== undefined) message.at = at;
  if (id) message.id = id;
  if (authorId) message.authorId = authorId;
  return message;
}

interface Named {
  readonly id: string | undefined;
  readonly authorId: string | undefined;
}
