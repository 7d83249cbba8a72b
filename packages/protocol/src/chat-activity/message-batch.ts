import { z } from 'zod';

/** One batch of chat messages; the emotes in them count as reactions. `id` makes a message that is sent again harmless. */
export const messageBatchSchema = z.object({
  messages: z
    .array(
      z.object({
        id: z.string().min(1).max(120),
        /** any name that is the same for the same person; "" = unknown */
        author: z.string().max(64).default(''),
        text: z.string().max(2_000).default(''),
        /** ISO 8601; not more than two seconds in the future */
        occurredAt: z.iso.datetime({ offset: true }),
        /** emotes in the text: each counts once a message */
        emotes: z
          .array(z.object({ emote: z.string().min(1).max(128), alias: z.string().min(1).max(64).optional() }))
          .max(20)
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
