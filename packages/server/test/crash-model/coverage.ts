import type { ActivityRecord } from '@ovation/protocol';
import type { Incidents } from './run-model.ts';
import type { PreparedRun } from './write-logs.ts';

/** What the model is there for: each must really have happened in enough runs. */
export type Coverage = Readonly<Record<keyof typeof IN_LOG | keyof typeof IN_RUN, number>>;

/** Looked for in what the log holds, not in what was meant to be written into it. */
const IN_LOG = {
  outage: ({ records }: PreparedRun) =>
    records.some(({ appendedAt }, index) => appendedAt - (records[index - 1]?.appendedAt ?? appendedAt) > 2_500),
  repeatedRecords: ({ records }: PreparedRun) => {
    const numbers = decoded(records).flatMap((record) => ('src' in record ? [`${record.src} ${record.seq}`] : []));
    return new Set(numbers).size < numbers.length;
  },
  repeatedIds: ({ records }: PreparedRun) => {
    const batches = decoded(records).flatMap((record) => (record.k === 'i' ? [record] : []));
    const once = new Map(batches.map((batch) => [`${batch.src} ${batch.seq}`, batch]));
    const ids = [...once.values()].flatMap(({ items }) => items.flatMap(({ id }) => (id === undefined ? [] : [id])));
    return new Set(ids).size < ids.length;
  },
  settingsInsideWindow: ({ reference }: PreparedRun) => {
    const versions = Map.groupBy(reference.revisions, ({ channel, startAt }) => `${channel} ${startAt}`);
    return [...versions.values()].some((said) => new Set(said.map(({ settingsVersion }) => settingsVersion)).size > 1);
  },
  deletedChannel: ({ reference }: PreparedRun) => reference.revisions.some(({ isForgotten }) => isForgotten),
  channelMadeAgain: ({ reference }: PreparedRun) => reference.revisions.some(({ born }) => born !== undefined),
  late: ({ reference }: PreparedRun) => reference.late.size > 0,
  unreadable: ({ reference }: PreparedRun) => reference.unreadable.length > 0,
  statefulDetector: ({ reference }: PreparedRun) => reference.revisions.some(({ detector }) => detector === 'pulse'),
  surge: ({ reference }: PreparedRun) => reference.revisions.some(({ detector }) => detector === 'surge'),
};

const IN_RUN = {
  crash: ({ crashes }: Incidents) => crashes > 0,
  crashBetweenChunks: ({ betweenChunks }: Incidents) => betweenChunks > 0,
  handover: ({ handovers }: Incidents) => handovers > 0,
  sleeper: ({ sleepers }: Incidents) => sleepers > 0,
  fenced: ({ fenced }: Incidents) => fenced > 0,
  restore: ({ restores }: Incidents) => restores > 0,
};

export function coverageOf(runs: readonly { prepared: PreparedRun; incidents: Incidents }[]): Coverage {
  const inLog = Object.entries(IN_LOG).map(([name, happened]) => [
    name,
    runs.filter(({ prepared }) => happened(prepared)).length,
  ]);
  const inRun = Object.entries(IN_RUN).map(([name, happened]) => [
    name,
    runs.filter(({ incidents }) => happened(incidents)).length,
  ]);
  return Object.fromEntries([...inLog, ...inRun]) as Coverage; // the keys of both
}

function decoded(records: PreparedRun['records']): ActivityRecord[] {
  return records.flatMap(({ value }) => {
    try {
      return [JSON.parse(value) as ActivityRecord];
    } catch {
      return [];
    }
  });
}
