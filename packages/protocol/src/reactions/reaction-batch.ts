import { z } from 'zod';
import { ALIAS_MAX, ALIAS_TEXT, EMOTE_TEXT_MAX, isEmoteAlias } from '../core/emotes.ts';
import { REACTION_ID_MAX } from './activity.ts';
import { instantSchema } from '../core/time.ts';

/** One batch of reactions over HTTP; `id` makes a re-sent reaction harmless. */
export const reactionBatchSchema = z.object({
  reactions: z
    .array(
      z.object({
        id: z.string().min(1).max(REACTION_ID_MAX),
        emote: z.string().min(1).max(EMOTE_TEXT_MAX),
        /** ISO 8601; not more than two seconds in the future */
        occurredAt: instantSchema,
        /** how to show an emote that is not an emoji, e.g. its name on the platform */
        alias: z.string().min(1).max(ALIAS_MAX).refine(isEmoteAlias, ALIAS_TEXT).optional(),
      }),
    )
    .min(1)
    .max(1000),
});
export type ReactionBatch = z.infer<typeof reactionBatchSchema>;
