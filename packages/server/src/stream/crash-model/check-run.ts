import { TOPICS } from '@ovation/protocol';
import type { EventLog } from '../../ports/event-log.ts';
import { differences } from './compare-rows.ts';
import type { Incidents, ModelParts } from './run-model.ts';
import { runModel } from './run-model.ts';
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

/** Checks many runs, some at a time: the database's thread works while this one compares. */
export async function checkRuns(
  parts: ModelParts,
  runs: readonly PreparedRun[],
): Promise<{ incidents: Incidents; wrong: string[]; records: number; revisions: number }> {
  const waiting = [...runs];
  const incidents: Incidents = { crashes: 0, handovers: 0, sleepers: 0, fenced: 0, restores: 0 };
  const wrong: string[] = [];
  const work = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const checked = await checkRun(parts, next);
      for (const [name, n] of Object.entries(checked.incidents)) incidents[name as keyof Incidents] += n; // its own keys
      for (const sentence of checked.wrong) wrong.push(`run ${next.run.seed}: ${sentence}`);
    }
  };
  await Promise.all([1, 2, 3, 4].map(work));
  const sum = (of: (run: PreparedRun) => number) => runs.reduce((total, run) => total + of(run), 0);
  const revisions = sum(({ reference }) => reference.revisions.length);
  return { incidents, wrong, records: sum(({ records }) => records), revisions };
}

/** The first run that a sabotage makes wrong; an error is a way of being noticed, too. */
export async function firstWrong(parts: ModelParts, runs: readonly PreparedRun[]): Promise<PreparedRun | undefined> {
  const waiting = [...runs];
  let found: PreparedRun | undefined;
  const work = async () => {
    for (let next = waiting.shift(); next && !found; next = waiting.shift()) {
      const isWrong = await checkRun(parts, next).then(
        ({ wrong }) => wrong.length > 0,
        () => true,
      );
      if (isWrong) found ??= next;
    }
  };
  await Promise.all([1, 2, 3].map(work));
  return found;
}
