import type { ChatMessage } from './chat.ts';

/** The ids of a message as its fields; an id that is missing or empty is left out. */
export function idsOf(id: string | undefined, authorId: string | undefined): Pick<ChatMessage, 'id' | 'authorId'> {
  if (id) return authorId ? { id, authorId } : { id };
  return authorId ? { authorId } : {};
}
