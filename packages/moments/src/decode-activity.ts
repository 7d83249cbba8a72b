import {
  type ActivityRecord,
  activityRecordSchema,
  type ChannelActivity,
  channelNameSchema,
  chatEvidenceSchema,
  countedKey,
  findUnstorableText,
  mayHoldUnstorableText,
} from '@ovation/protocol';
import { DigestDecoder } from './decode-digest.ts';

const digests = new DigestDecoder();
const decoder = new TextDecoder('utf-8', { fatal: true });

export type DecodedActivity = { ok: true; record: ActivityRecord } | { ok: false; problem: string };

/**
 * Decodes a record of topic `activity`. Nearly all records are digests of reactions, which have their own decoder.
 * Other digests are checked by hand-written guards, because zod would be the most expensive step of the analyzer. A
 * record that no guard accepts goes to the schema, which can name the problem.
 *
 * Emote keys that no door takes any more, from an older version, count as other emotes. Text that could not be stored makes
 * the record unreadable.
 */
export function decodeActivity(value: Uint8Array): DecodedActivity {
  const digest = digests.decode(value);
  if (digest) return { ok: true, record: digest };
  let text: string;
  let parsed: unknown;
  try {
    text = decoder.decode(value);
    parsed = JSON.parse(text);
  } catch (error) {
    return { ok: false, problem: `not JSON: ${error instanceof Error ? error.message : String(error)}` };
  }
  if (isPlainDigest(parsed)) return checkedTexts(parsed, text);
  const checked = activityRecordSchema.safeParse(parsed);
  if (checked.success) return checkedTexts(checked.data, text);
  const issue = checked.error.issues[0];
  return { ok: false, problem: `${issue?.path.join('.') || 'record'}: ${issue?.message ?? 'not valid'}` };
}

function checkedTexts(read: ActivityRecord, text: string): DecodedActivity {
  const wrong = channelsOf(read).find((name) => !channelNameSchema.safeParse(name).success);
  if (wrong !== undefined) return { ok: false, problem: `ch: ${JSON.stringify(wrong)} is not the name of a channel` };
  const record = withCountedKeys(read);
  const place = mayHoldUnstorableText(text) ? findUnstorableText(record) : undefined;
  if (place === undefined) return { ok: true, record };
  return { ok: false, problem: `${place || 'record'}: holds U+0000 or half a surrogate pair` };
}

function channelsOf(record: ActivityRecord): readonly string[] {
  if (record.k === 't') return [];
  return record.k === 'd' ? Object.keys(record.ch) : [record.ch];
}

function withCountedKeys(record: ActivityRecord): ActivityRecord {
  if (record.k === 'i') return { ...record, items: record.items.map((item) => ({ ...item, e: countedKey(item.e) })) };
  if (record.k !== 'd') return record;
  const channels = Object.entries(record.ch).map(([name, activity]): [string, ChannelActivity] => [
    name,
    { ...activity, e: countedTogether(activity.e) },
  ]);
  return { ...record, ch: Object.fromEntries(channels) };
}

function countedTogether(emotes: Readonly<Record<string, number>>): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const [emote, n] of Object.entries(emotes)) {
    const key = countedKey(emote);
    counts[key] = (counts[key] ?? 0) + n;
  }
  return counts;
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
