import {
  type ActivityItem,
  emoteKey,
  emoteNameFrom,
  ERRORS,
  RAW_EMOTE_TEXTS,
  type ReactionBatch,
} from '@ovation/protocol';
import { HttpProblem, type ProblemDetail } from '../../http/answers/http-problem.ts';
import { MAX_DETAILS, timeProblem } from '../../http/batches.ts';

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
      const shown = alias === undefined ? undefined : emoteNameFrom(alias);
      // An emoji shows itself, whatever name it was sent under.
      if (shown !== undefined && !key.startsWith('unicode:')) aliases.set(key, shown);
    }
  });
  if (details.length > 0) throw new HttpProblem(ERRORS.validation, { details: details.slice(0, MAX_DETAILS) });
  return { items, aliases };
}
