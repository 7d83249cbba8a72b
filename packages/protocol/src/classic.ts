import { z } from 'zod';
import { emoteKey } from './emotes.ts';
import type { ClassicMoment } from './moments.ts';
import { channelNameSchema } from './names.ts';

/** The documents' plain-JSON door (S0-21, S0-22, S0-30) and the records of `raw-emote-data` (S0-04, S0-29). */

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

/** The documents' single record. `streamerId` names the channel (S2-17). */
export interface RawEmote {
  emote: string;
  timestamp: string;
  streamerId?: string;
}

export type RawEmoteCheck =
  | { ok: true; value: RawEmote; key: string; occurredAt: number }
  | { ok: false; problem: string };

const ISO_DATE = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?(?:Z|[+-]\d{2}(?::?\d{2})?)?)?$/;

/**
 * Checks one raw emote record. By hand and not by zod: it stands on the one hot path of single records
 * (dependencies.md 4), and each wrong field has its own sentence.
 */
export function checkRawEmote(input: unknown): RawEmoteCheck {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return wrong(RAW_EMOTE_TEXTS.object);
  const { emote, timestamp, streamerId } = input as Record<string, unknown>;
  if (typeof emote !== 'string' || emote === '') return wrong(RAW_EMOTE_TEXTS.emoteRequired);
  const key = emoteKey(emote);
  if (key === undefined) return wrong(RAW_EMOTE_TEXTS.emoteInvalid);
  if (typeof timestamp !== 'string' || timestamp === '') return wrong(RAW_EMOTE_TEXTS.timestampRequired);
  const occurredAt = ISO_DATE.test(timestamp) ? Date.parse(timestamp) : Number.NaN;
  if (Number.isNaN(occurredAt) || occurredAt < 0) return wrong(RAW_EMOTE_TEXTS.timestampInvalid);
  if (streamerId === undefined || streamerId === null)
    return { ok: true, value: { emote, timestamp }, key, occurredAt };
  if (!channelNameSchema.safeParse(streamerId).success) return wrong(RAW_EMOTE_TEXTS.streamer);
  return { ok: true, value: { emote, timestamp, streamerId: streamerId as string }, key, occurredAt };
}

function wrong(problem: string): RawEmoteCheck {
  return { ok: false, problem };
}
