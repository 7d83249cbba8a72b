import {
  broadcastSchema,
  channelNameSchema,
  channelSchema,
  momentSchema,
  paginationSchema,
  settingsPatchSchema,
} from '@ovation/protocol';
import { z } from 'zod';
import { isStorable } from '../unstorable-text.ts';

/** Schemas that only HTTP has: paths, queries and the envelopes of lists. */

export const channelParams = z.object({ channel: channelNameSchema });

export const channelList = z.object({ data: z.array(channelSchema) });

const pageQuery = z.object({
  after: z.string().max(1_000).optional().describe('pagination.next of the page before'),
  limit: z.coerce.number().int().min(1).max(100).default(20),
});

export const broadcastsQuery = pageQuery;

const instant = z.iso.datetime({ offset: true, message: 'must be an instant, ISO 8601' });

export const momentsQuery = pageQuery.extend({
  broadcast: z
    .string()
    .min(1)
    .max(128)
    .refine(isStorable, 'is not the id of a broadcast')
    .optional()
    .describe('id of a broadcast'),
  emote: z.string().min(1).max(128).refine(isStorable, 'is not an emote').optional().describe('as shown, or its key'),
  detector: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,63}$/, 'is not a detector')
    .optional()
    .describe('surge or ratio; all of them when it is missing'),
  from: instant.optional().describe('first start of a window, ISO 8601'),
  to: instant.optional().describe('last start of a window, ISO 8601'),
});

export const broadcastParams = channelParams.extend({
  broadcast: z.string().min(1).max(128).refine(isStorable, 'is not the id of a broadcast'),
});

export const broadcastList = z.object({ data: z.array(broadcastSchema), pagination: paginationSchema });

export const momentList = z.object({ data: z.array(momentSchema), pagination: paginationSchema });

export const settingsBody = settingsPatchSchema.refine(
  (patch) => Object.values(patch).some((value) => value !== undefined),
  'Give at least one of interval, threshold, allowedEmotes',
);

export const acceptedReactions = z.object({
  accepted: z.number().int(),
  /** what was left out although the reactions count */
  warnings: z.array(z.object({ field: z.string(), reason: z.string() })).optional(),
});
