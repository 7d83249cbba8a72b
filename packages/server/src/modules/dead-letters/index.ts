import { sql } from 'kysely';
import { z } from 'zod';
import type { Clock } from '../../ports/clock.ts';
import type { Database, UnitOfWork } from '../../ports/database.ts';
import type { EventLog } from '../../ports/event-log.ts';
import { allLetters, type DeadLetter, findLetter, newestLetters } from './read-letters.ts';
import { replayOf } from './replay-letter.ts';

export { deadLetterMigrations } from './migrations.ts';

/** What a letter looks like to the owner of the data folder. */
export const listedLetter = z.object({
  key: z.string(),
  cause: z.string(),
  setAsideAt: z.iso.datetime(),
  /** null = never */
  replayedAt: z.iso.datetime().nullable(),
  /** the record's bytes as text, at most 2,000 characters */
  value: z.string(),
});
export type ListedLetter = z.output<typeof listedLetter>;

export const replayReport = z.object({
  replayed: z.array(z.string()).describe('keys of the letters that are on their way back to their topics'),
  refused: z.array(z.object({ key: z.string(), reason: z.string() })),
});
export type ReplayReport = z.output<typeof replayReport>;

/** Records that no consumer could use, and their way back (flows.md B1.6). */
export interface DeadLetterBox {
  /** Newest first. */
  list(limit: number): Promise<ListedLetter[]>;
  /** Undefined when there is no such letter. */
  replay(key: string): Promise<ReplayReport | undefined>;
  /** Replays the letters that were not replayed before, at most 10,000 at a time. */
  replayAll(): Promise<ReplayReport>;
}

export interface DeadLetterParts {
  readonly database: Database;
  readonly eventLog: EventLog;
  readonly clock: Clock;
  readonly rawTopic: string;
}

const VALUE_LENGTH = 2_000;
const ALL_MAX = 10_000;

export function createDeadLetterBox(parts: DeadLetterParts): DeadLetterBox {
  const { database, eventLog } = parts;
  return {
    async list(limit) {
      const letters = await newestLetters(eventLog, limit);
      const replays = await replaysOf(database, letters);
      return letters.map((letter) => listed(letter, replays.get(letter.key)));
    },
    async replay(key) {
      const letter = await findLetter(eventLog, key);
      if (!letter) return undefined;
      const report: ReplayReport = { replayed: [], refused: [] };
      await replayOne(parts, letter, report);
      return report;
    },
    async replayAll() {
      const report: ReplayReport = { replayed: [], refused: [] };
      let n = 0;
      for await (const letter of allLetters(eventLog)) {
        n += 1;
        if (n > ALL_MAX) break;
        const replays = await replaysOf(database, [letter]);
        if (!replays.has(letter.key)) await replayOne(parts, letter, report);
      }
      return report;
    },
  };
}

/** Mark and record are one transaction: the relay brings the record to the log, and no letter is replayed twice. */
async function replayOne(parts: DeadLetterParts, letter: DeadLetter, report: ReplayReport): Promise<void> {
  const { clock, database, rawTopic } = parts;
  const { key } = letter;
  const replay = replayOf(letter, rawTopic);
  if (!replay.ok) {
    report.refused.push({ key, reason: replay.reason });
    return;
  }
  const isFirst = await database.unitOfWork(async (uow) => {
    const isMarked = await mark(uow, key, new Date(clock.now()));
    if (isMarked) uow.appendOutbox(replay.record);
    return isMarked;
  });
  if (isFirst) report.replayed.push(key);
  else {
    const replays = await replaysOf(database, [letter]);
    report.refused.push({
      key,
      reason: `It was replayed before, at ${replays.get(key)?.toISOString() ?? 'some time'}`,
    });
  }
}

async function mark(uow: UnitOfWork, key: string, at: Date): Promise<boolean> {
  const { rows } = await sql`
    insert into dead_letter_replays (key, replayed_at) values (${key}, ${at}) on conflict do nothing returning key
  `.execute(uow.sql);
  return rows.length > 0;
}

async function replaysOf(database: Database, letters: readonly DeadLetter[]): Promise<Map<string, Date>> {
  const keys = letters.map(({ key }) => key);
  const { rows } = await sql<{ key: string; replayed_at: Date }>`
    select key, replayed_at from dead_letter_replays where key = any(${keys})
  `.execute(database.sql);
  return new Map(rows.map(({ key, replayed_at: at }) => [key, at]));
}

function listed({ cause, key, setAsideAt, value }: DeadLetter, replayedAt: Date | undefined): ListedLetter {
  return {
    key,
    cause,
    setAsideAt: new Date(setAsideAt).toISOString(),
    replayedAt: replayedAt?.toISOString() ?? null,
    value: new TextDecoder().decode(value).slice(0, VALUE_LENGTH),
  };
}
