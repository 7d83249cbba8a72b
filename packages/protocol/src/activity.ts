import { z } from 'zod';
import { analysisSchema } from './settings.ts';

/**
 * Records of topic `activity` (flows.md B1). Short names because one digest is written per gateway and partition ten
 * times a second. Times are milliseconds since 1970, UTC.
 */

const count = z.number().int().min(1).max(1_000_000_000);
const sequence = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const instant = z.number().int().min(0).max(8_640_000_000_000_000);

/** What one gateway saw of one channel in one slot. */
export const channelActivitySchema = z.object({
  /** reactions per emote key */
  e: z.record(z.string(), count).default({}),
  /** distinct reactors */
  r: z.number().int().min(0).default(0),
  /** chat messages */
  m: z.number().int().min(0).default(0),
  /** distinct chat authors */
  a: z.number().int().min(0).default(0),
  /** text features that detectors need, by name */
  f: z.record(z.string(), z.number()).default({}),
});

export const digestRecordSchema = z.object({
  k: z.literal('d'),
  src: z.string().min(1).max(96),
  seq: sequence,
  /** start of the 100 ms slot; a slot never crosses a whole second */
  t: instant,
  ch: z.record(z.string(), channelActivitySchema),
});

export const activityItemSchema = z.object({
  t: instant,
  e: z.string().min(1),
  n: count.optional(),
  id: z.string().min(1).max(128).optional(),
});

export const itemsRecordSchema = z.object({
  k: z.literal('i'),
  src: z.string().min(1).max(300),
  seq: sequence,
  ch: z.string(),
  items: z.array(activityItemSchema),
});

/** Settings of a channel in force from this record on. The database row is the authority, the record says from where. */
export const settingsRecordSchema = z.object({
  k: z.literal('s'),
  ch: z.string(),
  ver: z.number().int().min(1),
  body: analysisSchema,
});

/** Written by the partition's owner after a second of silence, so that quiet windows close. */
export const tickRecordSchema = z.object({ k: z.literal('t') });

export const activityRecordSchema = z.discriminatedUnion('k', [
  digestRecordSchema,
  itemsRecordSchema,
  settingsRecordSchema,
  tickRecordSchema,
]);

export type ChannelActivity = z.infer<typeof channelActivitySchema>;
export type DigestRecord = z.infer<typeof digestRecordSchema>;
export type ActivityItem = z.infer<typeof activityItemSchema>;
export type ItemsRecord = z.infer<typeof itemsRecordSchema>;
export type SettingsRecord = z.infer<typeof settingsRecordSchema>;
export type ActivityRecord = z.infer<typeof activityRecordSchema>;

/** Largest record of `activity`; bigger digests are split by channel. */
export const ACTIVITY_RECORD_MAX_BYTES = 262_144;
