import { z } from 'zod';

/** A thousand reactions with the longest ids, emotes and aliases, every character escaped; longer messages come in smaller batches. */
export const BATCH_MAX_BYTES = 2_097_152;

/** A batch with many wrong entries names the first few: the sender has one mistake, not a thousand. */
export const MAX_DETAILS = 10;

/** Clocks of senders may be this much ahead of ours (flows.md B1.5). */
const FUTURE_MS = 2_000;

export const acceptedBatch = z.object({
  accepted: z.number().int(),
  /** what was left out although the reactions count */
  warnings: z.array(z.object({ field: z.string(), reason: z.string() })).optional(),
});

/** What is wrong with the instant of an entry, in a sentence. */
export function timeProblem(t: number, nowMs: number): string | undefined {
  if (Number.isNaN(t) || t < 0) return 'occurredAt must be an instant after 1970, ISO 8601';
  if (t > nowMs + FUTURE_MS) return `occurredAt is ${t - nowMs} ms in the future; at most ${FUTURE_MS} ms are taken`;
  return undefined;
}
