/**
 * Records lie in the log as blocks: what one flush appended to one partition. The key of a block says all that seeking
 * by offset, seeking by time and retention need, so that none of them reads values:
 *
 *     topic u16 · partition u16 · last offset u48 · append time u48 · records u16      (big-endian, 18 bytes)
 *
 * The first block at or above (topic, partition, offset) is the one that holds `offset`, or the next one kept.
 */
export interface BlockPlace {
  readonly topic: number;
  readonly partition: number;
  readonly firstOffset: number;
  readonly lastOffset: number;
  /** ms; all records of a block were appended in the same instant */
  readonly appendedAt: number;
}

export const MAX_TOPICS = 0xffff;
export const MAX_PARTITIONS = 0xffff;
const KEY_BYTES = 18;
const U32 = 0x1_0000_0000;

export function encodeBlockKey(place: BlockPlace): Buffer {
  const key = Buffer.allocUnsafe(KEY_BYTES);
  key.writeUInt16BE(place.topic, 0);
  key.writeUInt16BE(place.partition, 2);
  key.writeUIntBE(place.lastOffset, 4, 6);
  key.writeUIntBE(place.appendedAt, 10, 6);
  key.writeUInt16BE(place.lastOffset - place.firstOffset + 1, 16);
  return key;
}

export function decodeBlockKey(key: Uint8Array): BlockPlace {
  const view = new DataView(key.buffer, key.byteOffset, key.byteLength);
  const lastOffset = view.getUint16(4) * U32 + view.getUint32(6);
  return {
    topic: view.getUint16(0),
    partition: view.getUint16(2),
    firstOffset: lastOffset - view.getUint16(16) + 1,
    lastOffset,
    appendedAt: view.getUint16(10) * U32 + view.getUint32(12),
  };
}

/** Sorts at or before every block of the partition that holds `offset` or a later one, and after all others. */
export function seekKey(topic: number, partition: number, offset: number): Buffer {
  const key = Buffer.allocUnsafe(10);
  key.writeUInt16BE(topic, 0);
  key.writeUInt16BE(partition, 2);
  key.writeUIntBE(offset, 4, 6);
  return key;
}

/** Sorts after every block of the partition. */
export function endKey(topic: number, partition: number): Buffer {
  const key = Buffer.alloc(KEY_BYTES, 0xff);
  key.writeUInt16BE(topic, 0);
  key.writeUInt16BE(partition, 2);
  return key;
}
