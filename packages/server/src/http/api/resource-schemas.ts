import { channelNameSchema, channelSchema, momentSchema, settingsPatchSchema } from '@ovation/protocol';
import { z } from 'zod';

/** Schemas that only HTTP has: paths, queries and the envelopes of lists. */

export const channelParams = z.object({ channel: channelNameSchema });

export const channelList = z.object({ data: z.array(channelSchema) });

export const momentsQuery = z.object({ limit: z.coerce.number().int().min(1).max(200).default(50) });

export const momentList = z.object({ data: z.array(momentSchema) });

export const settingsBody = settingsPatchSchema.refine(
  (patch) => Object.values(patch).some((value) => value !== undefined),
  'Give at least one of interval, threshold, allowedEmotes',
);

export const acceptedReactions = z.object({
  accepted: z.number().int(),
  /** what was left out although the reactions count */
  warnings: z.array(z.object({ field: z.string(), reason: z.string() })).optional(),
});
