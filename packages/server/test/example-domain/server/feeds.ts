import { ERRORS } from '@ovation/protocol';
import { z } from 'zod';
import type { FeedKind, FeedState } from '../../../src/gateway/rooms/feed-kind.ts';
import { noteEventSchema } from '../protocol/index.ts';
import type { Note, Notes } from './index.ts';

/** The notes that a snapshot shows. */
class PinnedNotes implements FeedState {
  #notes: readonly Note[];

  constructor(notes: readonly Note[]) {
    this.#notes = notes;
  }

  apply(event: z.output<typeof noteEventSchema> | { readonly y: 'void' }): void {
    if (event.y !== 'note' || this.#notes.some(({ id }) => id === event.d.id)) return;
    this.#notes = [...this.#notes, event.d];
  }

  snapshot(): object {
    return { notes: this.#notes };
  }
}

export const feeds: readonly FeedKind<{ readonly notes: Notes }>[] = [
  {
    prefix: 'notes',
    names: z.string().regex(/^[a-z]+$/),
    summary: 'notes that are pinned to a channel',
    followers: 'everyone, but only those of channel default',
    events: noteEventSchema,
    source: ({ notes }) => ({
      refusal: async (name) => (name === 'default' ? undefined : { spec: ERRORS.forbidden }),
      read: async () => new PinnedNotes(await notes.list()),
    }),
  },
];
