import type { TopicSpec } from '@ovation/protocol';

/** What all topics that this process makes have in common. */
export interface TopicConfigs {
  readonly replication: number;
  readonly maxRecordBytes: number;
}

const NAME = /^[a-zA-Z0-9._-]{1,249}$/;
const REPLICAS_FOR_TWO_IN_SYNC = 3;
/** Heads of a batch and its records, and room for headers. */
const BATCH_ROOM_BYTES = 131_072;
const LONGEST_SEGMENT_MS = 604_800_000;
const SEGMENTS_KEPT = 10;

/** Settings of a new topic, as Kafka names them. */
export function configsOf({ retentionMs }: TopicSpec, { replication, maxRecordBytes }: TopicConfigs) {
  return {
    replicas: replication,
    'message.timestamp.type': 'LogAppendTime',
    'cleanup.policy': 'delete',
    'max.message.bytes': String(maxRecordBytes + BATCH_ROOM_BYTES),
    // A replica that is behind would drop acknowledged records if it led.
    'unclean.leader.election.enable': 'false',
    'min.insync.replicas': replication >= REPLICAS_FOR_TWO_IN_SYNC ? '2' : '1',
    ...retentionConfigs(retentionMs),
  };
}

/** Kafka removes whole segments: with ten of them a record is there a tenth of the period longer than asked for. */
export function retentionConfigs(retentionMs: number) {
  const segmentMs = Math.min(LONGEST_SEGMENT_MS, Math.ceil(retentionMs / SEGMENTS_KEPT));
  return { 'retention.ms': String(Math.ceil(retentionMs)), 'segment.ms': String(segmentMs) };
}

/** @throws RangeError */
export function checkSpec({ name, partitions, retentionMs }: TopicSpec): void {
  if (!NAME.test(name)) {
    throw new RangeError(
      `A topic's name in Kafka has 1 to 249 letters, digits, dots, underscores and hyphens; "${name}" does not`,
    );
  }
  if (!(Number.isInteger(partitions) && partitions >= 1)) {
    throw new RangeError(`Topic "${name}" must have at least 1 partition, not ${partitions}`);
  }
  if (!(Number.isFinite(retentionMs) && retentionMs > 0)) {
    throw new RangeError(`Topic "${name}" must have a retention above 0 ms, not ${retentionMs}`);
  }
}
