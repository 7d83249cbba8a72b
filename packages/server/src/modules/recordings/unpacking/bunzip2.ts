import { BitReader } from './bit-reader.ts';

// Names and order are those of the format as bzip2 1.0.8 writes it (sourceware.org/bzip2); there is no formal standard.
const BLOCK_BYTES = 100_000;
/** Packed bytes of a block are at most a little more than its unpacked ones; this leaves room for tables and ends. */
const PACKED_SLACK = 60_000;
const GROUP_LENGTH = 50;
const SYMBOLS_MAX = 258;
const CODE_LENGTH_MAX = 20;
const GROUPS_MIN = 2;
const GROUPS_MAX = 6;
const BLOCK_MARK = [0x314159, 0x265359] as const;
const END_MARK = [0x177245, 0x385090] as const;
const OUT_BYTES = 65_536;

/** Data that bzip2 would not have written. */
class DamagedBzip2 extends Error {
  override readonly name = 'DamagedBzip2';
}

/**
 * Unpacks bzip2, also files of several streams, as parallel packers write them. Memory is bounded by the block size (at most
 * 900 KB), whatever the data says. @throws DamagedBzip2, EndsTooEarly
 */
export async function* bunzip2(packed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  const bits = new BitReader(packed);
  try {
    // The least that a stream has: its header, the mark of its end and its checksum.
    while (await bits.fill(14)) {
      const size = readHeader(bits) * BLOCK_BYTES;
      const block = new Int32Array(size);
      for (;;) {
        await bits.fill(size + PACKED_SLACK);
        const mark = [bits.read(24), bits.read(24)] as const;
        if (isSame(mark, END_MARK)) break;
        if (!isSame(mark, BLOCK_MARK)) throw new DamagedBzip2();
        yield* readBlock(bits, block);
      }
      // Each block has a checksum of its own, so that of all is not needed.
      bits.read(16);
      bits.read(16);
      bits.align();
    }
  } finally {
    await bits.close();
  }
}

function isSame(mark: readonly [number, number], wanted: readonly [number, number]): boolean {
  return mark[0] === wanted[0] && mark[1] === wanted[1];
}

function readHeader(bits: BitReader): number {
  const isBzh = bits.read(24) === 0x425a68;
  const level = bits.read(8) - 0x30;
  if (!isBzh || level < 1 || level > 9) throw new DamagedBzip2();
  return level;
}

function* readBlock(bits: BitReader, block: Int32Array): Generator<Uint8Array, void> {
  const checksum = ((bits.read(16) << 16) | bits.read(16)) >>> 0;
  // A way to scramble blocks that no version since 1997 writes.
  if (bits.read(1) !== 0) throw new DamagedBzip2();
  const origin = bits.read(24);
  const symbols = readSymbols(bits);
  const { selectors, tables } = readTables(bits, symbols.length + 2);
  const { length, counts } = readMoves(bits, { block, symbols, selectors, tables });
  if (origin >= length) throw new DamagedBzip2();
  linkBlock(block, length, counts);
  yield* unfold(block, length, { origin, checksum });
}

function readSymbols(bits: BitReader): Uint8Array {
  const ranges = bits.read(16);
  const used: number[] = [];
  for (let high = 0; high < 16; high += 1) {
    if ((ranges & (0x8000 >> high)) === 0) continue;
    const range = bits.read(16);
    for (let low = 0; low < 16; low += 1) if ((range & (0x8000 >> low)) !== 0) used.push(high * 16 + low);
  }
  if (used.length === 0) throw new DamagedBzip2();
  return Uint8Array.from(used);
}

/** Codes of one table by their length: all codes up to `limit` (as if they had 20 bits) have at most that length. */
interface CodeTable {
  readonly shortest: number;
  readonly limit: Int32Array;
  /** leads from a code to its place in `sorted` */
  readonly base: Int32Array;
  readonly sorted: Uint16Array;
}

function readTables(bits: BitReader, alphabet: number): { selectors: Uint8Array; tables: readonly CodeTable[] } {
  const groups = bits.read(3);
  const count = bits.read(15);
  if (groups < GROUPS_MIN || groups > GROUPS_MAX || count === 0) throw new DamagedBzip2();
  const recent = Array.from({ length: groups }, (_, index) => index);
  const selectors = Uint8Array.from({ length: count }, () => {
    let back = 0;
    while (bits.read(1) === 1) {
      back += 1;
      if (back >= groups) throw new DamagedBzip2();
    }
    const [selector = 0] = recent.splice(back, 1);
    recent.unshift(selector);
    return selector;
  });
  const tables = Array.from({ length: groups }, () => tableOf(readLengths(bits, alphabet)));
  return { selectors, tables };
}

function readLengths(bits: BitReader, alphabet: number): Uint8Array {
  let length = bits.read(5);
  return Uint8Array.from({ length: alphabet }, () => {
    for (;;) {
      if (length < 1 || length > CODE_LENGTH_MAX) throw new DamagedBzip2();
      if (bits.read(1) === 0) return length;
      length += bits.read(1) === 0 ? 1 : -1;
    }
  });
}

function tableOf(lengths: Uint8Array): CodeTable {
  const shortest = lengths.reduce((least, length) => Math.min(least, length), CODE_LENGTH_MAX);
  const limit = new Int32Array(CODE_LENGTH_MAX + 2).fill(-1);
  const base = new Int32Array(CODE_LENGTH_MAX + 2);
  const sorted = new Uint16Array(SYMBOLS_MAX);
  let code = 0;
  let next = 0;
  for (let length = shortest; length <= CODE_LENGTH_MAX; length += 1) {
    base[length] = next - code;
    lengths.forEach((own, symbol) => {
      if (own !== length) return;
      sorted[next] = symbol;
      next += 1;
      code += 1;
    });
    limit[length] = (code << (CODE_LENGTH_MAX - length)) - 1;
    code <<= 1;
  }
  return { shortest, limit, base, sorted };
}

function readSymbol(bits: BitReader, { shortest, limit, base, sorted }: CodeTable): number {
  const ahead = bits.peek20();
  let length = shortest;
  while (ahead > (limit[length] ?? -1)) {
    length += 1;
    if (length > CODE_LENGTH_MAX) throw new DamagedBzip2();
  }
  bits.skip(length);
  return sorted[(ahead >>> (CODE_LENGTH_MAX - length)) + (base[length] ?? 0)] ?? 0;
}

interface BlockTables {
  readonly block: Int32Array;
  readonly symbols: Uint8Array;
  readonly selectors: Uint8Array;
  readonly tables: readonly CodeTable[];
}

/** Reads the places of bytes in the list of recent bytes, and the lengths of runs, into `block`. */
function readMoves(bits: BitReader, tables: BlockTables): { length: number; counts: Int32Array } {
  const out = new Unmoved(tables);
  const end = tables.symbols.length + 1;
  const next = symbolsOf(bits, tables);
  for (;;) {
    const symbol = next();
    if (symbol <= 1) out.lengthenRun(symbol);
    else {
      out.endRun();
      if (symbol === end) return out;
      out.putMoved(symbol - 1);
    }
  }
}

/** Symbols of a block one by one: each group of them has a table of its own. */
function symbolsOf(bits: BitReader, { selectors, tables }: BlockTables): () => number {
  let group = -1;
  let left = 0;
  let table: CodeTable | undefined;
  return () => {
    if (left === 0) {
      group += 1;
      left = GROUP_LENGTH;
      table = tables[selectors[group] ?? -1];
    }
    left -= 1;
    if (!table) throw new DamagedBzip2();
    return readSymbol(bits, table);
  };
}

/** Bytes that were written as places in the list of recent bytes. */
class Unmoved {
  readonly counts = new Int32Array(256);
  length = 0;
  readonly #block: Int32Array;
  readonly #recent: Uint8Array;
  #run = 0;
  #weight = 1;

  constructor({ block, symbols }: BlockTables) {
    this.#block = block;
    this.#recent = symbols.slice();
  }

  /** A run is written as a number of digits 1 and 2, the smallest first. */
  lengthenRun(digit: number): void {
    this.#run += this.#weight << digit;
    this.#weight <<= 1;
    if (this.#run > this.#block.length) throw new DamagedBzip2();
  }

  endRun(): void {
    if (this.#run === 0) return;
    const byte = this.#recent[0] ?? 0;
    const end = this.length + this.#run;
    if (end > this.#block.length) throw new DamagedBzip2();
    this.#block.fill(byte, this.length, end);
    this.counts[byte] = (this.counts[byte] ?? 0) + this.#run;
    this.length = end;
    this.#run = 0;
    this.#weight = 1;
  }

  putMoved(place: number): void {
    if (this.length === this.#block.length) throw new DamagedBzip2();
    const recent = this.#recent;
    const byte = recent[place] ?? 0;
    // A loop: the places are mostly short, and a call would cost more.
    for (let at = place; at > 0; at -= 1) recent[at] = recent[at - 1] ?? 0;
    recent[0] = byte;
    this.#block[this.length] = byte;
    this.length += 1;
    this.counts[byte] = (this.counts[byte] ?? 0) + 1;
  }
}

/** Turns the sorted block around: above the byte in each place stands the place of the byte that follows it. */
function linkBlock(block: Int32Array, length: number, counts: Int32Array): void {
  const places = new Int32Array(256);
  for (let byte = 1; byte < 256; byte += 1) places[byte] = (places[byte - 1] ?? 0) + (counts[byte - 1] ?? 0);
  for (let at = 0; at < length; at += 1) {
    const byte = (block[at] ?? 0) & 0xff;
    const place = places[byte] ?? 0;
    places[byte] = place + 1;
    block[place] = (block[place] ?? 0) | (at << 8);
  }
}

/** Follows the links, and repeats a byte after four equal ones as often as the fifth says. */
function* unfold(
  block: Int32Array,
  length: number,
  { origin, checksum }: { origin: number; checksum: number },
): Generator<Uint8Array, void> {
  const out = new Piece();
  let at = (block[origin] ?? 0) >>> 8;
  let last = -1;
  let equal = 0;
  for (let left = length; left > 0; left -= 1) {
    const entry = block[at] ?? 0;
    const byte = entry & 0xff;
    at = entry >>> 8;
    const isCount = equal === 4;
    equal = isCount ? 0 : byte === last ? equal + 1 : 1;
    for (let times = isCount ? byte : 1; times > 0; times -= 1) out.put(isCount ? last : byte);
    last = isCount ? -1 : byte;
    if (out.isFull) yield out.take();
  }
  yield out.take();
  if (out.checksum !== checksum) throw new DamagedBzip2();
}

/** CRC-32 with the highest bit first. */
const CRC = Int32Array.from({ length: 256 }, (_, byte) => {
  let value = byte << 24;
  for (let bit = 0; bit < 8; bit += 1) value = value < 0 ? (value << 1) ^ 0x04c11db7 : value << 1;
  return value;
});

class Piece {
  #bytes = new Uint8Array(OUT_BYTES + 256);
  #length = 0;
  #crc = -1;

  put(byte: number): void {
    this.#bytes[this.#length] = byte;
    this.#length += 1;
    this.#crc = (this.#crc << 8) ^ (CRC[(this.#crc >>> 24) ^ byte] ?? 0);
  }

  get isFull(): boolean {
    return this.#length >= OUT_BYTES;
  }

  get checksum(): number {
    return ~this.#crc >>> 0;
  }

  take(): Uint8Array {
    const taken = this.#bytes.subarray(0, this.#length);
    this.#bytes = new Uint8Array(OUT_BYTES + 256);
    this.#length = 0;
    return taken;
  }
}
