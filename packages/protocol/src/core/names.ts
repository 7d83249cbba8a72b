import { z } from 'zod';

/** Where classic clients land that name no channel, and the channel of the simulated audience. Never mixed. */
export const DEFAULT_CHANNEL = 'default';
export const DEMO_CHANNEL = 'demo';

/** A channel's name as it appears in URLs, keys and frames. */
export const channelNameSchema = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/, 'A channel name is 1 to 64 letters, digits, "_", "." or "-"');
