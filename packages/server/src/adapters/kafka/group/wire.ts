import { Reader, Writer } from '@platformatic/kafka';
import type { Claim } from './share-out.ts';

/**
 * What members of a group write to each other through the broker, as Kafka's own consumers do (ConsumerProtocolSubscription
 * 2 and ConsumerProtocolAssignment 0), so that Kafka's tools show who holds what.
 */
const SUBSCRIPTION_VERSION = 2;
const ASSIGNMENT_VERSION = 0;

export type Held = ReadonlyMap<string, readonly number[]>;

export function encodeClaim(topics: readonly string[], held: Held, generation: number): Buffer {
  const writer = Writer.create().appendInt16(SUBSCRIPTION_VERSION);
  writer.appendArray([...topics], (w, topic) => void w.appendString(topic, false), false, false);
  writer.appendBytes(null, false);
  return appendHeld(writer, held).appendInt32(generation).buffer;
}

export function decodeClaim(memberId: string, bytes: Buffer): Claim {
  const reader = Reader.from(bytes);
  const version = reader.readInt16();
  const topics = reader.readArray((r) => r.readString(false), false, false);
  reader.readNullableBytes(false);
  const held = version >= 1 ? readHeld(reader) : new Map<string, number[]>();
  const generation = version >= 2 ? reader.readInt32() : -1;
  return { memberId, topics, held, generation };
}

export function encodeAssignment(held: Held): Buffer {
  return appendHeld(Writer.create().appendInt16(ASSIGNMENT_VERSION), held).appendBytes(null, false).buffer;
}

export function decodeAssignment(bytes: Buffer): Map<string, number[]> {
  if (bytes.length === 0) return new Map();
  const reader = Reader.from(bytes);
  reader.readInt16();
  return readHeld(reader);
}

function appendHeld(writer: Writer, held: Held): Writer {
  return writer.appendArray(
    [...held],
    (w, [topic, partitions]) => {
      w.appendString(topic, false);
      w.appendArray([...partitions], (inner, partition) => void inner.appendInt32(partition), false, false);
    },
    false,
    false,
  );
}

function readHeld(reader: Reader): Map<string, number[]> {
  const entries = reader.readArray(
    (r) => [r.readString(false), r.readArray((inner) => inner.readInt32(), false, false)] as const,
    false,
    false,
  );
  return new Map(entries.map(([topic, partitions]) => [topic, [...partitions]]));
}
