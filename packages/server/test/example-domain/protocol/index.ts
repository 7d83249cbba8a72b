import { z } from 'zod';
import { errorSpec } from '../../../../protocol/src/core/errors.ts';
import { defineDomain } from '../../../../protocol/src/domain.ts';

/** An example: notes that a streamer pins to a channel. */
export const noteSchema = z.object({ id: z.number().int(), text: z.string().min(1).max(200) });

/** Asks for a note by its id. */
export const askNoteSchema = z.object({
  op: z.literal('note'),
  id: z.number().int().min(0),
  note: z.number().int(),
});

/** Bodies of `notes:<channel>` entries. */
export const noteEventSchema = z.object({ y: z.literal('note'), d: noteSchema });

export const notesDomain = defineDomain({
  name: 'notes',
  errors: {
    noteRefused: errorSpec('note_refused', 422, 'A note must not be all capitals'),
    noteUnknown: errorSpec('note_unknown', 404, 'There is no note of this number'),
  },
  frames: [askNoteSchema],
  topics: { notes: { name: 'note-events', partitions: 1, retentionMs: 86_400_000 } },
});
