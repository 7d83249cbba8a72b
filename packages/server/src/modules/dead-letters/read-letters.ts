import { partitionOf, TOPICS } from '@ovation/protocol';
import type { EventLog, LogRecord } from '../../ports/event-log.ts';

/** A record that was set aside. */
export interface DeadLetter {
  /** `<topic>/<partition>/<offset>` of the record; the relay's own are `outbox/<id>` */
  readonly key: string;
  /** why it was set aside */
  readonly cause: string;
  /** ms */
  readonly setAsideAt: number;
  readonly value: Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
}

/** Repeats are few: half as many records again fill the list, and repeats hide no letter for good. */
const WITH_REPEATS = 1.5;

/** The newest letters, newest first, each once: after a crash the analyzer sets a record aside again. */
export async function newestLetters(eventLog: EventLog, limit: number): Promise<DeadLetter[]> {
  const ends = await eventLog.endOffsets(TOPICS.deadLetter);
  const letters: DeadLetter[] = [];
  for (const [partition, end] of ends.entries()) {
    const from = new Map([[partition, Math.max(0, end - Math.ceil(limit * WITH_REPEATS))]]);
    for await (const { records } of eventLog.read({ topic: TOPICS.deadLetter, from, follow: false })) {
      letters.push(...records.flatMap(letterOf));
    }
  }
  return onceEach(letters)
    .toSorted((one, other) => other.setAsideAt - one.setAsideAt)
    .slice(0, limit);
}

/** All letters that are still in the log, oldest first, each once. */
export async function* allLetters(eventLog: EventLog): AsyncGenerator<DeadLetter> {
  const earliest = await eventLog.earliestOffsets(TOPICS.deadLetter);
  for (const [partition, offset] of earliest.entries()) yield* lettersFrom(eventLog, partition, offset);
}

export async function findLetter(eventLog: EventLog, key: string): Promise<DeadLetter | undefined> {
  const earliest = await eventLog.earliestOffsets(TOPICS.deadLetter);
  // Letters are appended by their key, which decides the partition.
  const partition = partitionOf(key, earliest.length);
  for await (const letter of lettersFrom(eventLog, partition, earliest[partition] ?? 0)) {
    if (letter.key === key) return letter;
  }
  return undefined;
}

async function* lettersFrom(eventLog: EventLog, partition: number, offset: number): AsyncGenerator<DeadLetter> {
  const seen = new Set<string>();
  const from = new Map([[partition, offset]]);
  for await (const { records } of eventLog.read({ topic: TOPICS.deadLetter, from, follow: false })) {
    for (const letter of records.flatMap(letterOf)) {
      if (seen.has(letter.key)) continue;
      seen.add(letter.key);
      yield letter;
    }
  }
}

function letterOf({ appendedAt, headers, key, value }: LogRecord): DeadLetter[] {
  if (key === null) return [];
  return [{ key, cause: headers['dead-letter-cause'] ?? 'not written down', setAsideAt: appendedAt, value, headers }];
}

function onceEach(letters: readonly DeadLetter[]): DeadLetter[] {
  return [...new Map(letters.toReversed().map((letter) => [letter.key, letter])).values()];
}
