import { z } from 'zod';
import { emoteKey } from '../core/emotes.ts';
import type { ClassicMoment } from '../moments/moments.ts';
import { channelNameSchema } from '../core/names.ts';
import { INSTANT } from '../core/time.ts';

/** The classic door of plain JSON (S0-21, S0-22, S0-30) and the records of `raw-emote-data` (S0-04, S0-29). */

export const CLASSIC_GREETING = { type: 'connection', message: 'Connected to Server A' } as const;

export const CLASSIC_TEXTS = {
  invalidFormat: 'Invalid message format',
  invalidJson: 'Invalid JSON format',
  unauthorized: 'Unauthorized',
  insufficientPermissions: 'Insufficient permissions',
  internal: 'Internal server error',
} as const;

export interface SignificantMomentsFrame {
  type: 'significant-moments';
  data: ClassicMoment[];
}

/** What a classic client may send: `settings` updates need the permission, other types are answered with an error. */
export const classicInputSchema = z.object({ type: z.string().min(1), data: z.unknown() });

export const RAW_EMOTE_TEXTS = {
  object: 'The body must be a JSON object {emote, timestamp}',
  emoteRequired: 'Emote is required and must be a string',
  emoteInvalid: 'Emote must be an emoji or an emote name of at most 64 bytes without spaces',
  timestampRequired: 'Timestamp is required and must be an ISO 8601 string',
  timestampInvalid: 'Timestamp must be a valid ISO 8601 date',
  streamer: 'streamerId must be 1 to 64 letters, digits, "_", "." or "-"',
} as const;

/** The classic single record. `streamerId` names the channel (S2-17). */
export interface RawEmote {
  emote: string;
  timestamp: string;
  streamerId?: string;
}

export type RawEmoteCheck =
  | { ok: true; value: RawEmote; key: string; occurredAt: number }
  | { ok: false; problem: string };

/**
 * Checks one raw emote record. By hand and not by zod: a record is checked several times as fast, on the one path that takes
 * single records, and each wrong field has its own sentence.
 */
export function checkRawEmote(input: unknown): RawEmoteCheck {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return wrong(RAW_EMOTE_TEXTS.object);
  const { emote, timestamp, streamerId } = input as Record<string, unknown>;
  if (typeof emote !== 'string' || emote === '') return wrong(RAW_EMOTE_TEXTS.emoteRequired);
  const key = emoteKey(emote);
  if (key === undefined) return wrong(RAW_EMOTE_TEXTS.emoteInvalid);
  if (typeof timestamp !== 'string' || timestamp === '') return wrong(RAW_EMOTE_TEXTS.timestampRequired);
  const occurredAt = parseInstant(timestamp);
  if (occurredAt === undefined) return wrong(RAW_EMOTE_TEXTS.timestampInvalid);
  const channel = parseStreamer(streamerId);
  if (channel === null) return wrong(RAW_EMOTE_TEXTS.streamer);
  const value = channel === undefined ? { emote, timestamp } : { emote, timestamp, streamerId: channel };
  return { ok: true, value, key, occurredAt };
}

function parseInstant(timestamp: string): number | undefined {
  const occurredAt = INSTANT.test(timestamp) ? Date.parse(timestamp) : Number.NaN;
  return occurredAt >= 0 ? occurredAt : undefined;
}

/** undefined = not named, null = not a name. */
function parseStreamer(streamerId: unknown): string | undefined | null {
  if (streamerId === undefined || streamerId === null) return undefined;
  const checked = channelNameSchema.safeParse(streamerId);
  return checked.success ? checked.data : null;
}

function wrong(problem: string): RawEmoteCheck {
  return { ok: false, problem };
}
