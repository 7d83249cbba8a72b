import { z } from 'zod';
import { analysisSchema } from '../channels/settings.ts';

/**
 * Records of topic `activity` (flows.md B1). Short names because one digest is written per gateway and partition ten
 * times a second. Times are milliseconds since 1970, UTC.
 */

const COUNT_MAX = 1_000_000_000;
/** The last millisecond that a Date can hold. */
const INSTANT_MAX = 8_640_000_000_000_000;
/** Characters of the names of a gateway and of a source that sends items. */
const GATEWAY_MAX = 96;
const SOURCE_MAX = 300;
/** Characters of the id of a reaction. */
export const REACTION_ID_MAX = 128;
const REACTION_MAX = 64;

const count = z.number().int().min(1).max(COUNT_MAX);
const sequence = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const instant = z.number().int().min(0).max(INSTANT_MAX);

/** Messages of a second whose authors are told apart. */
export const EVIDENCE_AUTHORS_MAX = 64;
export const EVIDENCE_REACTIONS_MAX = 12;
export const EVIDENCE_SAMPLES_MAX = 3;
/** Characters of a sample. */
export const EVIDENCE_TEXT_MAX = 120;

/** What explains a rise of the chat later. Its size is bounded, however much viewers write. */
export const chatEvidenceSchema = z.object({
  /** four characters for the author of each message, of a hash: it tells messages of one author from messages of another, and names neither */
  u: z.string().max(4 * EVIDENCE_AUTHORS_MAX),
  /** reaction, weight of the messages with it; most first */
  q: z.array(z.tuple([z.string().max(REACTION_MAX), z.number()])).max(EVIDENCE_REACTIONS_MAX),
  /** author as in `u` or "", milliseconds after the slot's start, text without links, addresses and numbers */
  s: z.array(z.tuple([z.string().max(4), z.number(), z.string().max(2 * EVIDENCE_TEXT_MAX)])).max(EVIDENCE_SAMPLES_MAX),
});
export type ChatEvidence = z.infer<typeof chatEvidenceSchema>;

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
  /** only where there was chat */
  x: chatEvidenceSchema.optional(),
});

export const digestRecordSchema = z.object({
  k: z.literal('d'),
  src: z.string().min(1).max(GATEWAY_MAX),
  seq: sequence,
  /** start of the 100 ms slot; a slot never crosses a whole second */
  t: instant,
  ch: z.record(z.string(), channelActivitySchema),
});

export const activityItemSchema = z.object({
  t: instant,
  e: z.string().min(1),
  n: count.optional(),
  id: z.string().min(1).max(REACTION_ID_MAX).optional(),
  /** it is part of a chat message, which is counted on its own */
  m: z.literal(1).optional(),
});

export const itemsRecordSchema = z.object({
  k: z.literal('i'),
  src: z.string().min(1).max(SOURCE_MAX),
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
  /** the channel was deleted here: what came before is forgotten, and nothing counts until its next record of this kind */
  gone: z.literal(true).optional(),
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
