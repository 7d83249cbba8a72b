import { z } from 'zod';
import { ALIAS_MAX, ALIAS_TEXT, EMOTE_TEXT_MAX, isEmoteAlias } from '../core/emotes.ts';
import { instantSchema } from '../core/time.ts';

const MESSAGE_ID_MAX = 120;
const AUTHOR_MAX = 64;
const TEXT_MAX = 2_000;
const EMOTES_MAX = 20;

/** One batch of chat messages; the emotes in them count as reactions. `id` makes a message that is sent again harmless. */
export const messageBatchSchema = z.object({
  messages: z
    .array(
      z.object({
        id: z.string().min(1).max(MESSAGE_ID_MAX),
        /** any name that is the same for the same person; "" = unknown */
        author: z.string().max(AUTHOR_MAX).default(''),
        text: z.string().max(TEXT_MAX).default(''),
        /** ISO 8601; not more than two seconds in the future */
        occurredAt: instantSchema,
        /** emotes in the text: each counts once a message */
        emotes: z
          .array(
            z.object({
              emote: z.string().min(1).max(EMOTE_TEXT_MAX),
              alias: z.string().min(1).max(ALIAS_MAX).refine(isEmoteAlias, ALIAS_TEXT).optional(),
            }),
          )
          .max(EMOTES_MAX)
          .default([]),
        /** a notice of the platform and not a message of its own */
        notice: z.enum(['raid', 'other']).optional(),
        isBot: z.boolean().optional(),
      }),
    )
    .min(1)
    .max(1000),
});
export type MessageBatch = z.input<typeof messageBatchSchema>;
