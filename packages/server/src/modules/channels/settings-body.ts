import {
  ALLOWED_EMOTES_MAX,
  channelSettingsSchema,
  INTERVAL_MAX,
  settingsPatchSchema,
  settingsSchema,
} from '@ovation/protocol';
import { z } from 'zod';

z.globalRegistry.add(channelSettingsSchema, { id: 'Settings' });
// They are checked by code, because each wrong input has a sentence of its own: here is what the code checks.
z.globalRegistry.add(settingsSchema.shape.interval, {
  type: 'integer',
  minimum: 1,
  maximum: INTERVAL_MAX,
  description: 'a window is judged each time this many more reactions were collected in it',
});
z.globalRegistry.add(settingsSchema.shape.threshold, {
  type: 'number',
  exclusiveMinimum: 0,
  exclusiveMaximum: 1,
  description: 'the share of the reactions above which an emote is a moment',
});
z.globalRegistry.add(settingsSchema.shape.allowedEmotes, {
  type: 'array',
  items: { type: 'string' },
  minItems: 1,
  maxItems: ALLOWED_EMOTES_MAX,
  description: 'emotes that count, as shown: emoji or names of at most 64 bytes without spaces',
});

/** The settings that are to change, or to be tried: at least one. */
export const settingsBody = settingsPatchSchema.refine(
  (patch) => Object.values(patch).some((value) => value !== undefined),
  'Give at least one of interval, threshold, allowedEmotes',
);
