import { z } from 'zod';
import { errorSpec } from '../../../../protocol/src/core/errors.ts';
import { defineDomain } from '../../../../protocol/src/domain.ts';

/** An example: notes that a streamer pins to a channel. */
export const noteSchema = z.object({ id: z.number().int(), text: z.string().min(1).max(200) });

export const notesDomain = defineDomain({
  name: 'notes',
  errors: { noteRefused: errorSpec('note_refused', 422, 'A note must not be all capitals') },
  topics: { notes: { name: 'note-events', partitions: 1, retentionMs: 86_400_000 } },
});
