import {
  emoteDisplay,
  emoteKey,
  emoteNameFrom,
  ERRORS,
  type messageBatchSchema,
  RAW_EMOTE_TEXTS,
} from '@ovation/protocol';
import type { z } from 'zod';
import type { SentMessage } from './index.ts';
import { HttpProblem, type ProblemDetail } from '../../http/answers/http-problem.ts';
import { MAX_DETAILS, timeProblem } from '../../http/batches.ts';

type Batch = z.output<typeof messageBatchSchema>;

export interface ReadMessages {
  readonly messages: SentMessage[];
  /** emote key → shown name, of those that brought one */
  readonly aliases: Map<string, string>;
}

/** @throws HttpProblem 400 that names every wrong message, up to ten */
export function readMessages(batch: Batch, nowMs: number): ReadMessages {
  const messages: SentMessage[] = [];
  const aliases = new Map<string, string>();
  const details: ProblemDetail[] = [];
  batch.messages.forEach(({ author, emotes, id, isBot, notice, occurredAt, text }, index) => {
    const t = Date.parse(occurredAt);
    const wrongTime = timeProblem(t, nowMs);
    if (wrongTime) details.push({ field: `messages.${index}.occurredAt`, reason: wrongTime });
    const names = namesOf(emotes, aliases);
    if (!names) details.push({ field: `messages.${index}.emotes`, reason: RAW_EMOTE_TEXTS.emoteInvalid });
    else {
      const kinds = { ...(notice && { notice }), ...(isBot !== undefined && { isBot }) };
      messages.push({
        id,
        at: t / 1_000,
        author,
        text,
        ...kinds,
        emotes: [...names.values()],
        emoteKeys: [...names.keys()],
      });
    }
  });
  if (details.length > 0) throw new HttpProblem(ERRORS.validation, { details: details.slice(0, MAX_DETAILS) });
  return { messages, aliases };
}

/** Key → name of the different emotes of a message; undefined when one is none. */
function namesOf(emotes: Batch['messages'][number]['emotes'], aliases: Map<string, string>) {
  const names = new Map<string, string>();
  for (const { alias, emote } of emotes) {
    const key = emoteKey(emote);
    if (key === undefined) return undefined;
    // An emoji shows itself, whatever name it was sent under.
    const isNamed = alias !== undefined && !key.startsWith('unicode:');
    const shown = isNamed ? emoteNameFrom(alias) : undefined;
    if (shown !== undefined) aliases.set(key, shown);
    // As it stands in the text.
    names.set(key, isNamed ? alias : emoteDisplay(key));
  }
  return names;
}
