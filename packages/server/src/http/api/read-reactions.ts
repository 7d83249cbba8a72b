import { type ActivityItem, emoteKey, ERRORS, RAW_EMOTE_TEXTS, type ReactionBatch } from '@ovation/protocol';
import { HttpProblem, type ProblemDetail } from '../http-problem.ts';

/** Clocks of senders may be this much ahead of ours (flows.md B1.5). */
const FUTURE_MS = 2_000;

/** A batch with many wrong reactions names the first few: the sender has one mistake, not a thousand. */
export const MAX_DETAILS = 10;

export interface ReadReactions {
  readonly items: ActivityItem[];
  /** emote key → shown name, of those that brought one */
  readonly aliases: Map<string, string>;
}

/** @throws HttpProblem 400 that names every wrong reaction, up to ten */
export function readReactions(batch: ReactionBatch, nowMs: number): ReadReactions {
  const items: ActivityItem[] = [];
  const aliases = new Map<string, string>();
  const details: ProblemDetail[] = [];
  batch.reactions.forEach(({ alias, emote, id, occurredAt }, index) => {
    const key = emoteKey(emote);
    const t = Date.parse(occurredAt);
    const wrongTime = timeProblem(t, nowMs);
    if (key === undefined) details.push({ field: `reactions.${index}.emote`, reason: RAW_EMOTE_TEXTS.emoteInvalid });
    else if (wrongTime) details.push({ field: `reactions.${index}.occurredAt`, reason: wrongTime });
    else {
      items.push({ t, e: key, id });
      // An emoji shows itself, whatever somebody calls it.
      if (alias !== undefined && !key.startsWith('unicode:')) aliases.set(key, alias);
    }
  });
  if (details.length > 0) throw new HttpProblem(ERRORS.validation, { details: details.slice(0, MAX_DETAILS) });
  return { items, aliases };
}

/** What is wrong with an instant that somebody gives, in a sentence. */
export function timeProblem(t: number, nowMs: number): string | undefined {
  if (Number.isNaN(t) || t < 0) return 'occurredAt must be an instant after 1970, ISO 8601';
  if (t > nowMs + FUTURE_MS) return `occurredAt is ${t - nowMs} ms in the future; at most ${FUTURE_MS} ms are taken`;
  return undefined;
}
