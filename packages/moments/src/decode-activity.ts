import { type ActivityRecord, activityRecordSchema, chatEvidenceSchema } from '@ovation/protocol';
import { DigestDecoder } from './decode-digest.ts';

const digests = new DigestDecoder();
const decoder = new TextDecoder('utf-8', { fatal: true });

export type DecodedActivity = { ok: true; record: ActivityRecord } | { ok: false; problem: string };

/**
 * Decodes a record of topic `activity`. Nearly all records are digests of reactions, which have their own decoder.
 * Other digests are checked by hand-written guards, because zod would be the most expensive step of the analyzer. A
 * record that no guard accepts goes to the schema, which can name the problem.
 */
export function decodeActivity(value: Uint8Array): DecodedActivity {
  const digest = digests.decode(value);
  if (digest) return { ok: true, record: digest };
  let parsed: unknown;
  try {
    parsed = JSON.parse(decoder.decode(value));
  } catch (error) {
    return { ok: false, problem: `not JSON: ${error instanceof Error ? error.message : String(error)}` };
  }
  if (isPlainDigest(parsed)) return { ok: true, record: parsed };
  const checked = activityRecordSchema.safeParse(parsed);
  if (checked.success) return { ok: true, record: checked.data };
  const issue = checked.error.issues[0];
  return { ok: false, problem: `${issue?.path.join('.') || 'record'}: ${issue?.message ?? 'not valid'}` };
}

type Digest = Extract<ActivityRecord, { k: 'd' }>;

function isPlainDigest(input: unknown): input is Digest {
  if (typeof input !== 'object' || input === null) return false;
  const { k, src, seq, t, ch } = input as Record<string, unknown>;
  if (k !== 'd' || typeof src !== 'string' || !isCount(seq) || !isCount(t)) return false;
  if (typeof ch !== 'object' || ch === null) return false;
  return Object.values(ch).every(isPlainChannelActivity);
}

function isPlainChannelActivity(input: unknown): boolean {
  if (typeof input !== 'object' || input === null) return false;
  const { e, r, m, a, f, x } = input as Record<string, unknown>;
  // Digests with chat are rare, and their evidence has many bounds, so the schema checks it.
  if (x !== undefined && !chatEvidenceSchema.safeParse(x).success) return false;
  if (typeof f !== 'object' || f === null || !isCount(r) || !isCount(m) || !isCount(a)) return false;
  return typeof e === 'object' && e !== null && hasPlainCounts(e as Record<string, unknown>);
}

function hasPlainCounts(counts: Record<string, unknown>): boolean {
  for (const emote in counts) {
    const n = counts[emote];
    if (!isCount(n) || n === 0) return false;
  }
  return true;
}

function isCount(input: unknown): input is number {
  return typeof input === 'number' && Number.isSafeInteger(input) && input >= 0;
}
