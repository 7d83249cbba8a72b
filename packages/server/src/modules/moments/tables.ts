import type { AnalyzedChannel, AnalyzedPartition } from '@ovation/moments';
import type { Moment } from '@ovation/protocol';
import type { Generated, JSONColumnType } from 'kysely';

/** Columns to look for and order by; `body` is the moment. `emote` is its shown name. */
interface MomentRow extends Pick<Moment, 'id' | 'emote' | 'count' | 'total' | 'ratio' | 'channel' | 'rev'> {
  timestamp: Date;
  created_at: Generated<Date>;
  body: JSONColumnType<Moment>;
}

/** Tables of this module; migrations.ts is their DDL. A type, not an interface: Kysely wants an index signature. */
export type MomentTables = {
  /** of `ratio`, the classic rule */
  significant_moments: MomentRow;
  /** of the other detectors; the same columns */
  audience_moments: MomentRow;
  activity_windows: {
    channel: string;
    window_start: Date;
    collected: number;
    counts: JSONColumnType<Record<string, number>>;
    settings_version: number;
    broadcast_id: string | null;
  };
  forgotten_channels: { channel: string; version: number };
  late_counts: { channel: string; window_start: Date; n: number };
  analyzer_partitions: {
    topic: string;
    partition: number;
    topic_id: string;
    generation: number;
    offset: number;
    state: JSONColumnType<AnalyzedPartition>;
  };
  analyzer_gaps: { topic: string; partition: number; from_offset: number; to_offset: number; noticed_at: Date };
  analyzer_channels: {
    topic: string;
    partition: number;
    channel: string;
    state: JSONColumnType<AnalyzedChannel>;
  };
};

/** Where the moments of a detector are. */
export function momentTable(detector: string): 'significant_moments' | 'audience_moments' {
  return detector === 'ratio' ? 'significant_moments' : 'audience_moments';
}
