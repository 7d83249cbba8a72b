import { z } from 'zod';
import { broadcastSchema } from './feeds.ts';
import { channelNameSchema } from './names.ts';
import { settingsSchema } from './settings.ts';

/** Resources of `/api/v1`. */

export const channelSchema = z.object({ name: z.string(), createdAt: z.string(), live: broadcastSchema.nullable() });
export type Channel = z.infer<typeof channelSchema>;

export const channelSettingsSchema = settingsSchema.extend({
  /** rises with every change, and when a broadcast starts or ends */
  version: z.number().int(),
  /** whether a person ever changed them; always there in answers of `/api/v1` */
  customized: z.boolean().optional(),
});
export type ChannelSettings = z.infer<typeof channelSettingsSchema>;

/** Where a page of a list stands. `next` goes into `?after=` and is nobody's to read; null on the last page. */
export const paginationSchema = z.object({
  limit: z.number().int(),
  hasNext: z.boolean(),
  next: z.string().nullable(),
});
export type Pagination = z.infer<typeof paginationSchema>;

/** Answer of the preview: what these settings would have given over the last hour of the log. */
export const previewSchema = z.object({
  moments: z.number().int(),
  windows: z.number().int(),
  reactions: z.number().int(),
  /** span that the log really covered, ms; less than an hour on a young channel */
  spanMs: z.number().int(),
});
export type Preview = z.infer<typeof previewSchema>;

export const createChannelSchema = z.object({ name: channelNameSchema });

export const startBroadcastSchema = z.object({ title: z.string().max(200).default('') });

/** One batch of reactions over HTTP; `id` makes a re-sent reaction harmless. */
export const reactionBatchSchema = z.object({
  reactions: z
    .array(
      z.object({
        id: z.string().min(1).max(128),
        emote: z.string().min(1).max(128),
        /** ISO 8601; not more than two seconds in the future */
        occurredAt: z.iso.datetime({ offset: true }),
        /** how to show an emote that is not an emoji, e.g. its name on the platform */
        alias: z.string().min(1).max(64).optional(),
      }),
    )
    .min(1)
    .max(1000),
});
export type ReactionBatch = z.infer<typeof reactionBatchSchema>;

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
