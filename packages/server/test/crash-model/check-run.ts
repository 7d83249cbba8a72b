import { TOPICS } from '@ovation/protocol';
import type { Database } from '../../src/ports/database.ts';
import type { EventLog } from '../../src/ports/event-log.ts';
import { differences } from './compare-rows.ts';
import { type Coverage, coverageOf } from './coverage.ts';
import { type Incidents, type ModelParts, noIncidents, runModel } from './run-model.ts';
import type { PreparedRun } from './write-logs.ts';

interface CheckedRun {
  readonly incidents: Incidents;
  /** what differs from the reference; empty = exact */
  readonly wrong: string[];
}

/** Runs one log through owners that come and go, and compares everything that is left with the reference. */
async function checkRun(parts: ModelParts, { run, reference }: PreparedRun): Promise<CheckedRun> {
  const before = await parts.eventLog.endOffsets(TOPICS.deadLetter);
  const incidents = await runModel(parts, run);
  const wrong = await differences(parts.database, run, reference);
  const aside = await keysSince(parts.eventLog, before);
  const places = reference.unreadable.map((offset) => `${run.topic}/${run.partition}/${offset}`);
  const lost = places.filter((place) => !aside.has(place)).map((place) => `dead letter ${place}: missing`);
  return { incidents, wrong: [...wrong, ...lost] };
}

async function keysSince(eventLog: EventLog, offsets: readonly number[]): Promise<Set<string>> {
  const keys = new Set<string>();
  const from = new Map(offsets.map((offset, partition) => [partition, offset]));
  for await (const { records } of eventLog.read({ topic: TOPICS.deadLetter, from, follow: false })) {
    for (const { key } of records) if (key !== null) keys.add(key);
  }
  return keys;
}

interface CheckedRuns {
  readonly incidents: Incidents;
  /** in how many runs each thing happened that the model is there for */
  readonly coverage: Coverage;
  readonly wrong: readonly string[];
  readonly records: number;
  readonly revisions: number;
}

/** Checks many runs, some at a time in each database: their threads work while this one compares. */
export async function checkRuns(
  { databases, eventLog }: { eventLog: EventLog; databases: readonly Database[] },
  runs: readonly PreparedRun[],
): Promise<CheckedRuns> {
  const waiting = [...runs];
  const incidents = noIncidents();
  const happened: { prepared: PreparedRun; incidents: Incidents }[] = [];
  const wrong: string[] = [];
  const work = async (database: Database) => {
    for (let prepared = waiting.shift(); prepared; prepared = waiting.shift()) {
      const checked = await checkRun({ eventLog, database }, prepared);
      happened.push({ prepared, incidents: checked.incidents });
      for (const [name, n] of Object.entries(checked.incidents)) incidents[name as keyof Incidents] += n; // its own keys
      for (const sentence of checked.wrong) wrong.push(`run ${prepared.run.seed}: ${sentence}`);
    }
  };
  await Promise.all(databases.flatMap((database) => [1, 2, 3, 4].map(() => work(database))));
  const sum = (of: (run: PreparedRun) => number) => runs.reduce((total, run) => total + of(run), 0);
  return {
    incidents,
    coverage: coverageOf(happened),
    wrong,
    records: sum(({ records }) => records.length),
    revisions: sum(({ reference }) => reference.revisions.length),
  };
}

/** The first run that is wrong; an error is a way of being wrong, too. */
export async function firstWrong(
  { databases, eventLog }: { eventLog: EventLog; databases: readonly Database[] },
  runs: readonly PreparedRun[],
): Promise<PreparedRun | undefined> {
  const waiting = [...runs];
  let found: PreparedRun | undefined;
  const work = async (database: Database) => {
    for (let next = waiting.shift(); next && !found; next = waiting.shift()) {
      const isWrong = await checkRun({ eventLog, database }, next).then(
        ({ wrong }) => wrong.length > 0,
        () => true,
      );
      if (isWrong) found ??= next;
    }
  };
  await Promise.all(databases.flatMap((database) => [1, 2].map(() => work(database))));
  return found;
}
