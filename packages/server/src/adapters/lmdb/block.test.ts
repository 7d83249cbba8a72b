import { array, assert, dictionary, integer, oneof, option, property, record, string, uint8Array } from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { NewRecord } from '../../ports/event-log.ts';
import { BlockBuilder, decodeBlock, sizeOfRecord } from './block.ts';
import { type BlockPlace, decodeBlockKey, encodeBlockKey, endKey, seekKey } from './block-key.ts';

const text = string({ unit: 'grapheme' });
const anyRecord = record({
  key: option(text),
  value: oneof(text, uint8Array()),
  headers: dictionary(text, text),
});

function build(records: readonly NewRecord[]): Buffer {
  const builder = new BlockBuilder(0);
  for (const one of records) builder.add(one, sizeOfRecord(one));
  return builder.bytes;
}

function placeOf(records: number, firstOffset = 0): BlockPlace {
  return { topic: 1, partition: 2, firstOffset, lastOffset: firstOffset + records - 1, appendedAt: 1_767_225_600_123 };
}

function expectSameBack(records: NewRecord[], firstOffset: number): void {
  const place = placeOf(records.length, firstOffset);
  const range = { topic: 't', from: firstOffset, until: Number.POSITIVE_INFINITY };
  const decoded = decodeBlock(place, build(records), range);
  expect(decoded.map(({ offset }) => offset)).toEqual(records.map((_, n) => firstOffset + n));
  for (const [n, { key, value, headers, appendedAt }] of decoded.entries()) {
    expect(key).toBe(records[n]?.key ?? null);
    expect(Buffer.from(value)).toEqual(Buffer.from(records[n]?.value ?? 'missing'));
    expect(Object.entries(headers)).toEqual(Object.entries(records[n]?.headers ?? {}));
    expect(appendedAt).toBe(place.appendedAt);
  }
}

function expectFound(lastOffset: number, wanted: number, count: number): void {
  const firstOffset = Math.max(0, lastOffset - count + 1);
  const key = encodeBlockKey({ ...placeOf(1), firstOffset, lastOffset });
  expect(Buffer.compare(key, seekKey(1, 2, wanted)) >= 0).toBe(lastOffset >= wanted);
  expect(Buffer.compare(key, endKey(1, 2))).toBe(-1);
  expect(Buffer.compare(key, endKey(1, 1))).toBe(1);
  expect(Buffer.compare(key, seekKey(1, 3, 0))).toBe(-1);
}

describe('a block', () => {
  it('gives back any records as they were put in', () => {
    assert(property(array(anyRecord, { minLength: 1 }), integer({ min: 0, max: 2 ** 40 }), expectSameBack));
  });

  it('gives only the records of the range asked for', () => {
    const records = ['a', 'b', 'c', 'd'].map((value) => ({ value }));
    const decoded = decodeBlock(placeOf(4, 10), build(records), { topic: 't', from: 11, until: 13 });
    expect(decoded.map(({ offset, value }) => [offset, Buffer.from(value).toString()])).toEqual([
      [11, 'b'],
      [12, 'c'],
    ]);
  });

  it('ends before it becomes large, yet takes one record of any size', () => {
    const builder = new BlockBuilder(10);
    expect(builder.hasRoomFor(10_000_000)).toBe(true);
    builder.add({ value: 'x' }, sizeOfRecord({ value: 'x' }));
    expect(builder.hasRoomFor(1_000)).toBe(true);
    expect(builder.hasRoomFor(10_000_000)).toBe(false);
  });

  it('refuses a format that it does not know', () => {
    const bytes = build([{ value: '' }]);
    bytes[0] = 9;
    expect(() => decodeBlock(placeOf(1), bytes, { topic: 't', from: 0, until: 1 })).toThrow(/format 9/);
  });
});

describe("a block's key", () => {
  it('says everything about the place', () => {
    const place = { topic: 0xffff, partition: 3, firstOffset: 2 ** 40, lastOffset: 2 ** 40 + 999, appendedAt: 2 ** 45 };
    expect(decodeBlockKey(encodeBlockKey(place))).toEqual(place);
  });

  it('sorts so that seeking an offset lands on the block that holds it', () => {
    const offset = integer({ min: 0, max: 2 ** 47 });
    assert(property(offset, offset, integer({ min: 1, max: 1_024 }), expectFound));
  });
});
