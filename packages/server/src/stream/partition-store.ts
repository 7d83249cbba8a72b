import type { AnalyzedChannel, ClosedWindow, EngineSnapshot, AnalyzedPartition, GoneChannel } from '@ovation/moments';
import type { Moment } from '@ovation/protocol';

/** Another analyzer has taken the partition over: stop at once, write nothing. */
export class FencedError extends Error {
  constructor(topic: string, partition: number) {
    super(`Partition ${partition} of ${topic} has been taken over by another analyzer`);
    this.name = 'FencedError';
  }
}

/** The topic was deleted and made again: its offsets mean something else now. */
export class TopicReplacedError extends Error {
  constructor(topic: string) {
    super(
      `Topic ${topic} is not the one that the stored position belongs to. Restore the event log that goes with this database, or delete the rows of ${topic} in analyzer_partitions and analyzer_channels to start from its earliest record`,
    );
    this.name = 'TopicReplacedError';
  }
}

export interface PartitionLease {
  readonly generation: number;
  /** undefined = never analysed */
  readonly from: { partition: AnalyzedPartition; channels: Map<string, AnalyzedChannel> } | undefined;
}

export interface LateCount {
  readonly channel: string;
  readonly start: number;
  readonly n: number;
  /** of the record that was late, ms */
  readonly appendedAt: number;
}

export interface PartitionStore {
  /** closed windows that it stores in one transaction (flows.md B2.7) */
  readonly windowsAtOnce: number;
  /** Raises the generation, which fences every earlier owner, and answers the snapshot (flows.md row 7, B4.4). */
  takeOver(): Promise<PartitionLease>;
  /** Stores revisions with their feed and outbox entries. Repeats of an (id, rev) change nothing. */
  publish(generation: number, moments: readonly Moment[]): Promise<void>;
  storeWindows(generation: number, closed: readonly ClosedWindow[]): Promise<void>;
  /**
   * Removes what was derived of deleted channels, and keeps it from coming back: whatever is stored or published later with
   * a lower version is left out, because it belongs to the channel that is gone.
   */
  forget(generation: number, gone: readonly GoneChannel[]): Promise<void>;
  /** Stores which records are missing, once (flows.md B4.4). */
  recordGap(generation: number, missing: MissingRecords): Promise<void>;
  /** Stores the state and the results of exactly this position in one transaction. */
  storeSnapshot(generation: number, snapshot: EngineSnapshot, late: readonly LateCount[]): Promise<void>;
  /** What of a snapshot the database refuses as data, with the causes. Nothing is stored. */
  refusedOf(generation: number, snapshot: EngineSnapshot, late: readonly LateCount[]): Promise<SnapshotRefusals>;
}

export interface SnapshotRefusals {
  /** channel → cause */
  readonly channels: ReadonlyMap<string, string>;
  readonly late: ReadonlyMap<LateCount, string>;
}

/** Records that retention removed from the event log before the analyzer read them. */
interface MissingRecords {
  readonly from: number;
  /** offset of the first record after the gap */
  readonly to: number;
  /** append time of that record, ms */
  readonly appendedAt: number;
}
