import { z } from 'zod';
import { broadcastSchema } from './broadcast.ts';
import { channelNameSchema } from '../core/names.ts';
import { settingsSchema } from './settings.ts';

export const channelSchema = z.object({
  name: z.string(),
  createdAt: z.string(),
  live: broadcastSchema.nullable(),
  /** only of archived channels */
  archivedAt: z.string().optional(),
});
export type Channel = z.infer<typeof channelSchema>;

export const channelSettingsSchema = settingsSchema.extend({
  /** rises with every change, and when a broadcast starts or ends */
  version: z.number().int(),
  /** whether a person ever changed them; always there in answers of `/api/v1` */
  customized: z.boolean().optional(),
});
export type ChannelSettings = z.infer<typeof channelSettingsSchema>;

export const createChannelSchema = z.object({ name: channelNameSchema });

export const startBroadcastSchema = z.object({ title: z.string().max(200).default('') });
