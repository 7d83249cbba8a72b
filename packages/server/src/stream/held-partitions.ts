import type { EventLog } from '../ports/event-log.ts';

export interface HeldPartitions {
  readonly group: string;
  readonly topic: string;
  /**
   * Works on one partition until `signal` aborts, then finishes what is under way: another process may work on it as soon as
   * the promise settles. It must not reject.
   */
  readonly run: (partition: number, signal: AbortSignal) => Promise<void>;
}

interface PartitionRun {
  readonly stopping: AbortController;
  readonly done: Promise<void>;
}

/**
 * Takes part in a group, and works on each partition for as long as this process holds it. Disposing ends the runs, and
 * gives the partitions to the others.
 */
export async function runHeldPartitions(
  eventLog: Pick<EventLog, 'join'>,
  { group, topic, run }: HeldPartitions,
): Promise<AsyncDisposable> {
  const runs = new Map<number, PartitionRun>();
  const onAssigned = (partitions: readonly number[]) => {
    for (const partition of partitions) {
      const stopping = new AbortController();
      runs.set(partition, { stopping, done: run(partition, stopping.signal) });
    }
  };
  const end = async (partitions: readonly number[]) => {
    const ending = partitions.flatMap((partition) => runs.get(partition) ?? []);
    for (const { stopping } of ending) stopping.abort();
    await Promise.all(ending.map(({ done }) => done));
    for (const partition of partitions) runs.delete(partition);
  };
  const member = await eventLog.join({ group, topic, onAssigned, onRevoked: end, onLost: end });
  return {
    async [Symbol.asyncDispose]() {
      await member[Symbol.asyncDispose]();
      // A member that could not leave in order has given nothing back.
      await end([...runs.keys()]);
    },
  };
}
