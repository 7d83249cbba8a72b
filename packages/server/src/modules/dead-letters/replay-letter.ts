import { decodeActivity } from '@ovation/moments';
import { checkRawEmote, TOPICS } from '@ovation/protocol';
import { streamerIn } from '../../stream/streamer-topics.ts';
import type { NewOutboxRecord } from '../../ports/database.ts';
import type { DeadLetter } from './read-letters.ts';

export type Replay =
  | { readonly ok: true; readonly record: NewOutboxRecord }
  | { readonly ok: false; readonly reason: string };

/**
 * The record that goes back to where the letter came from. A numbered one gets a source of its own: its old number may
 * lie below what the analyzer has seen. Whatever would only be set aside again is refused.
 */
export function replayOf(letter: DeadLetter, rawTopic: string): Replay {
  if (/^(?:moment|window|late|state)\//.test(letter.key)) {
    return refused('It is a result and no record: the database refused it, and `ovation rebuild` derives it again');
  }
  const place = placeOf(letter.key);
  if (!place) return refused('It comes from the outbox: the event log itself refused it, and would again');
  if (place.topic === TOPICS.activity) return replayActivity(letter, place.partition);
  const isRaw = place.topic === rawTopic || place.topic === TOPICS.rawEmoteData;
  if (isRaw || streamerIn(rawTopic, place.topic) !== undefined) return replayRaw(letter, place);
  return refused(`Records of topic ${place.topic} are not replayed`);
}

function replayActivity(letter: DeadLetter, partition: number): Replay {
  const decoded = decodeActivity(letter.value);
  if (!decoded.ok) return refused(`It would be set aside again: ${decoded.problem}`);
  const { record } = decoded;
  const body = 'src' in record ? { ...record, src: `replay:${letter.key}`, seq: 0 } : record;
  return { ok: true, record: { topic: TOPICS.activity, partition, key: null, body } };
}

function replayRaw(letter: DeadLetter, { partition, topic }: { topic: string; partition: number }): Replay {
  let body: unknown;
  try {
    body = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(letter.value));
  } catch {
    return refused('It would be set aside again: the record is not valid JSON in UTF-8');
  }
  const checked = checkRawEmote(body);
  if (!checked.ok) return refused(`It would be set aside again: ${checked.problem}`);
  return { ok: true, record: { topic, partition, key: checked.value.streamerId ?? null, body } };
}

function refused(reason: string): Replay {
  return { ok: false, reason };
}

/** Topics may have slashes in their names for all we know; partition and offset have not. */
function placeOf(key: string): { topic: string; partition: number } | undefined {
  const [, topic, partition] = /^(.+)\/(\d+)\/\d+$/.exec(key) ?? [];
  return topic === undefined ? undefined : { topic, partition: Number(partition) };
}
