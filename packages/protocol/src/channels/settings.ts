import { z } from 'zod';
import { emoteKey } from '../core/emotes.ts';

/** Classic defaults: S0-02 and S0-16. */
export const DEFAULT_ALLOWED_EMOTES = ['😀', '😡', '😢', '😮', '❤️', '👍', '👎', '🔥'] as const;
export const DEFAULT_INTERVAL = 30;
export const DEFAULT_THRESHOLD = 0.3;
export const INTERVAL_MAX = 1000;
export const ALLOWED_EMOTES_MAX = 200;

/** Classic sentences, to the letter on classic routes (ruling C1). */
export const SETTINGS_TEXTS = {
  interval: 'Interval must be a positive number',
  intervalTooLarge: 'Interval too large',
  intervalInteger: 'Interval must be an integer from 1 to 1000',
  threshold: 'Threshold must be a number between 0 and 1',
  allowedEmotes: 'Allowed emotes must be a non-empty array',
  allowedEmote: 'Each allowed emote must be an emoji or an emote name of at most 64 bytes without spaces',
  allowedEmotesTooMany: `Allowed emotes must be at most ${ALLOWED_EMOTES_MAX}`,
} as const;

// One custom check each, so that every wrong input gets exactly one sentence, also in OpenAPI-less classic answers.
const intervalSchema = z.custom<number>().superRefine((value, context) => {
  const text = intervalProblem(value);
  if (text) context.addIssue({ code: 'custom', message: text });
});

const thresholdSchema = z.custom<number>(
  (value) => typeof value === 'number' && value > 0 && value < 1,
  SETTINGS_TEXTS.threshold,
);

const allowedEmotesSchema = z.custom<string[]>().superRefine((value, context) => {
  const text = allowedEmotesProblem(value);
  if (text) context.addIssue({ code: 'custom', message: text });
});

/** What a channel's owner can change. `interval` is a number of messages, not a time (ruling C6). */
export const settingsSchema = z.object({
  /** a window is judged each time this many more reactions were collected in it; 1 to 1000 */
  interval: intervalSchema,
  /** a moment needs count / total strictly above this; between 0 and 1 */
  threshold: thresholdSchema,
  /** emotes that count, as shown; anything else is ignored, also in `total` (ruling C8) */
  allowedEmotes: allowedEmotesSchema,
});

export const settingsPatchSchema = settingsSchema.partial();

export type Settings = z.infer<typeof settingsSchema>;
export type SettingsPatch = z.infer<typeof settingsPatchSchema>;

export const DEFAULT_SETTINGS: Settings = {
  interval: DEFAULT_INTERVAL,
  threshold: DEFAULT_THRESHOLD,
  allowedEmotes: [...DEFAULT_ALLOWED_EMOTES],
};

/** What the analyzer needs to know of a channel: carried by control records, kept in its snapshot. */
export const analysisSchema = z.object({
  interval: z.number(),
  threshold: z.number(),
  /** emote keys */
  allowed: z.array(z.string()),
  /** the broadcast that is live, or null */
  broadcastId: z.string().nullable().default(null),
});
export type Analysis = z.infer<typeof analysisSchema>;

/** The analyzer's view of the settings. */
export function analysisOf(settings: Settings, broadcastId: string | null = null): Analysis {
  const keys = settings.allowedEmotes.map(emoteKey).filter((key) => key !== undefined);
  return { interval: settings.interval, threshold: settings.threshold, allowed: [...new Set(keys)], broadcastId };
}

/** The classic sentence about a wrong interval, or undefined when it is right. */
export function intervalProblem(value: unknown): string | undefined {
  if (typeof value !== 'number' || Number.isNaN(value) || value <= 0) return SETTINGS_TEXTS.interval;
  if (value > INTERVAL_MAX) return SETTINGS_TEXTS.intervalTooLarge;
  return Number.isInteger(value) ? undefined : SETTINGS_TEXTS.intervalInteger;
}

function allowedEmotesProblem(value: unknown): string | undefined {
  if (!Array.isArray(value) || value.length === 0) return SETTINGS_TEXTS.allowedEmotes;
  if (value.length > ALLOWED_EMOTES_MAX) return SETTINGS_TEXTS.allowedEmotesTooMany;
  const isWrong = (emote: unknown) => typeof emote !== 'string' || emoteKey(emote) === undefined;
  return value.some(isWrong) ? SETTINGS_TEXTS.allowedEmote : undefined;
}
