import type { LogRecord, NewRecord } from '../../ports/event-log.ts';
import type { BlockPlace } from './block-key.ts';

/**
 * The value of a block, little-endian:
 *
 *     block  = format u8 (1) · record ...
 *     record = value bytes u32 · key bytes u32 (0xffffffff: no key) · headers u16
 *              · headers × (name bytes u32 · value bytes u32 · name · value) · key · value
 *
 * Offsets and append time are in the block's key; record n of a block has offset `firstOffset + n`.
 */
const FORMAT = 1;
const NO_KEY = 0xffff_ffff;
/** What a record takes in a block beside its value, key and headers. */
export const RECORD_HEAD_BYTES = 10;
/** where its number of headers stands in the head of a record */
const HEADERS_AT = 8;
const HEADER_HEAD_BYTES = 8;
/** A block ends here unless its first record is larger: readers hold whole blocks in memory. */
const TARGET_BYTES = 131_072;
const MAX_RECORDS = 1_024;
const MAX_HEADERS = 0xffff;

const NO_HEADERS: Readonly<Record<string, string>> = Object.freeze({});

/** Bytes that the record takes in a block; Infinity when its headers cannot be written. */
export function sizeOfRecord(record: NewRecord): number {
  let bytes = RECORD_HEAD_BYTES + sizeOf(record.value);
  if (typeof record.key === 'string') bytes += Buffer.byteLength(record.key);
  if (!record.headers) return bytes;
  const headers = Object.entries(record.headers);
  if (headers.length > MAX_HEADERS) return Number.POSITIVE_INFINITY;
  for (const [name, value] of headers) bytes += HEADER_HEAD_BYTES + Buffer.byteLength(name) + Buffer.byteLength(value);
  return bytes;
}

function sizeOf(value: string | Uint8Array): number {
  return typeof value === 'string' ? Buffer.byteLength(value) : value.byteLength;
}

/** Collects the records of one block; copies them, so the caller may reuse its buffers. */
export class BlockBuilder {
  #bytes: Buffer;
  #end = 1;
  #records = 0;

  constructor(firstRecordBytes: number) {
    this.#bytes = Buffer.allocUnsafe(Math.max(1_024, firstRecordBytes + 1));
    this.#bytes[0] = FORMAT;
  }

  get records(): number {
    return this.#records;
  }

  /** The finished block. Nothing may be added afterwards: LMDB writes from this memory. */
  get bytes(): Buffer {
    return this.#bytes.subarray(0, this.#end);
  }

  hasRoomFor(recordBytes: number): boolean {
    return this.#records === 0 || (this.#records < MAX_RECORDS && this.#end + recordBytes <= TARGET_BYTES);
  }

  /** @param recordBytes what `sizeOfRecord` answered */
  add(record: NewRecord, recordBytes: number): void {
    this.#reserve(recordBytes);
    const bytes = this.#bytes;
    const head = this.#end;
    const headers = record.headers ? Object.entries(record.headers) : [];
    bytes.writeUInt16LE(headers.length, head + HEADERS_AT);
    this.#end += RECORD_HEAD_BYTES;
    for (const [name, value] of headers) {
      const at = this.#end;
      this.#end += HEADER_HEAD_BYTES;
      bytes.writeUInt32LE(this.#write(name), at);
      bytes.writeUInt32LE(this.#write(value), at + 4);
    }
    bytes.writeUInt32LE(typeof record.key === 'string' ? this.#write(record.key) : NO_KEY, head + 4);
    bytes.writeUInt32LE(this.#write(record.value), head);
    this.#records += 1;
  }

  #write(value: string | Uint8Array): number {
    const start = this.#end;
    if (typeof value === 'string') {
      this.#end += this.#bytes.write(value, start);
    } else {
      this.#bytes.set(value, start);
      this.#end += value.byteLength;
    }
    return this.#end - start;
  }

  #reserve(recordBytes: number): void {
    const needed = this.#end + recordBytes;
    if (needed <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(needed, this.#bytes.length * 2));
    this.#bytes.copy(larger, 0, 0, this.#end);
    this.#bytes = larger;
  }
}

/**
 * The records of a block with offsets in [from, until), in order. Their values are views into `bytes`.
 * @throws Error when the block has a format that this version does not know
 */
export function decodeBlock(place: BlockPlace, bytes: Buffer, range: BlockRange): LogRecord[] {
  if (bytes[0] !== FORMAT)
    throw new Error(`The event log has a block of format ${bytes[0]}; this version reads ${FORMAT}`);
  const records: LogRecord[] = [];
  let at = 1;
  for (let offset = place.firstOffset; offset <= place.lastOffset && offset < range.until; offset++) {
    const head = at;
    at = headersEnd(bytes, head);
    const keyBytes = bytes.readUInt32LE(head + 4);
    const keyEnd = keyBytes === NO_KEY ? at : at + keyBytes;
    const valueEnd = keyEnd + bytes.readUInt32LE(head);
    if (offset >= range.from) {
      records.push({
        topic: range.topic,
        partition: place.partition,
        offset,
        appendedAt: place.appendedAt,
        key: keyBytes === NO_KEY ? null : bytes.toString('utf8', at, keyEnd),
        value: bytes.subarray(keyEnd, valueEnd),
        headers: readHeaders(bytes, head),
      });
    }
    at = valueEnd;
  }
  return records;
}

export interface BlockRange {
  /** name of the topic */
  readonly topic: string;
  /** the first offset wanted */
  readonly from: number;
  /** the first offset no longer wanted */
  readonly until: number;
}

function headersEnd(bytes: Buffer, head: number): number {
  let at = head + RECORD_HEAD_BYTES;
  for (let left = bytes.readUInt16LE(head + HEADERS_AT); left > 0; left--) {
    at += HEADER_HEAD_BYTES + bytes.readUInt32LE(at) + bytes.readUInt32LE(at + 4);
  }
  return at;
}

function readHeaders(bytes: Buffer, head: number): Readonly<Record<string, string>> {
  const count = bytes.readUInt16LE(head + HEADERS_AT);
  if (count === 0) return NO_HEADERS;
  const headers: [string, string][] = [];
  let at = head + RECORD_HEAD_BYTES;
  for (let i = 0; i < count; i++) {
    const nameEnd = at + HEADER_HEAD_BYTES + bytes.readUInt32LE(at);
    const valueEnd = nameEnd + bytes.readUInt32LE(at + 4);
    headers.push([bytes.toString('utf8', at + HEADER_HEAD_BYTES, nameEnd), bytes.toString('utf8', nameEnd, valueEnd)]);
    at = valueEnd;
  }
  return Object.fromEntries(headers);
}
