import type { EngineSnapshot } from '@ovation/moments';
import type { UnitOfWork } from '../../ports/database.ts';
import { storeOrSetAside } from '../../refusal.ts';
import type { LateCount, SnapshotRefusals } from '../../stream/partition-store.ts';

type Work = (uow: UnitOfWork) => Promise<void>;

export interface SnapshotWrites {
  /** Runs the work in a unit of work that ends as the work does. */
  run(work: Work): Promise<void>;
  storeChannels(uow: UnitOfWork, snapshot: EngineSnapshot): Promise<void>;
  addLateCounts(uow: UnitOfWork, late: readonly LateCount[]): Promise<void>;
}

/** Ends a unit of work that is only tried, so that nothing of it stays. */
class OnlyTried extends Error {}

/** What of a snapshot the database refuses as data: written piece by piece, and always taken back. */
export async function findRefused(
  writes: SnapshotWrites,
  snapshot: EngineSnapshot,
  late: readonly LateCount[],
): Promise<SnapshotRefusals> {
  const refused = { channels: new Map<string, string>(), late: new Map<LateCount, string>() };
  await storeOrSetAside(
    [...snapshot.channels],
    (some) => tryOut(writes, (uow) => writes.storeChannels(uow, { ...snapshot, channels: new Map(some), removed: [] })),
    async ([channel], cause) => refused.channels.set(channel, cause),
  );
  await storeOrSetAside(
    late,
    (some) => tryOut(writes, (uow) => writes.addLateCounts(uow, some)),
    async (count, cause) => refused.late.set(count, cause),
  );
  return refused;
}

async function tryOut(writes: SnapshotWrites, work: Work): Promise<void> {
  try {
    await writes.run(async (uow) => {
      await work(uow);
      throw new OnlyTried();
    });
  } catch (error) {
    if (!(error instanceof OnlyTried)) throw error;
  }
}
