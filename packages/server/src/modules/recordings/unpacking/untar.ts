import { ImportError } from '@ovation/formats';
import { isLeftBehind, type PackedFile } from './packed-file.ts';
import { Pieces } from './pieces.ts';

// POSIX.1-2017, pax: "ustar interchange format" and "pax header block". Old tar files have no mark and no prefix.
const BLOCK = 512;
/** Headers with long names have a few hundred bytes. */
const PAX_MAX = 1_048_576;
const CUT_OFF = 'The tar archive ends too early: it was cut off, fetch it again';

interface Header {
  readonly name: string;
  readonly size: number;
  readonly type: string;
}

/** The regular files of a tar archive, in its order. @throws ImportError */
export async function* untar(source: AsyncIterable<Uint8Array>): AsyncGenerator<PackedFile, void> {
  const pieces = new Pieces(source);
  /** what a header of its own says about the next file */
  let next: { name?: string; size?: number } = {};
  try {
    for (;;) {
      const block = await pieces.take(BLOCK);
      // Zeros mark the end; what follows fills up the tape.
      if (block.every((byte) => byte === 0)) return;
      if (block.length < BLOCK) throw new ImportError(CUT_OFF);
      const header = headerOf(block);
      if (LONG.includes(header.type)) {
        next = { ...next, ...(await readLong(pieces, header)) };
        continue;
      }
      const name = next.name ?? header.name;
      const size = next.size ?? header.size;
      next = {};
      const body = new Body(pieces, size);
      if (isFile(header.type, name)) yield { name, isRepeatable: false, read: () => body.read() };
      await body.skip();
    }
  } finally {
    await pieces.close();
  }
}

/** Directories, links and devices are none; old tar files have no types but end the names of folders with a slash. */
function isFile(type: string, name: string): boolean {
  return ['0', '\0', '7'].includes(type) && !name.endsWith('/') && !isLeftBehind(name);
}

/** The bytes of a file and what fills up its last block. */
class Body {
  readonly #pieces: Pieces;
  readonly #size: number;
  #read = 0;

  constructor(pieces: Pieces, size: number) {
    this.#pieces = pieces;
    this.#size = size;
  }

  async *read(): AsyncGenerator<Uint8Array, void> {
    for await (const piece of this.#pieces.upTo(this.#size - this.#read)) {
      this.#read += piece.length;
      yield piece;
    }
    if (this.#read < this.#size) throw new ImportError(CUT_OFF);
  }

  async skip(): Promise<void> {
    const reading = this.read();
    while (!(await reading.next()).done);
    await this.#pieces.take((BLOCK - (this.#size % BLOCK)) % BLOCK);
  }
}

function headerOf(block: Buffer): Header {
  const text = (from: number, to: number) => block.toString('utf8', from, to).replace(/\0.*$/su, '');
  const hasPrefix = text(257, 262) === 'ustar';
  const prefix = hasPrefix ? text(345, 500) : '';
  const name = text(0, 100);
  const type = String.fromCharCode(block[156] ?? 0);
  return { name: prefix === '' ? name : `${prefix}/${name}`, size: sizeOf(block.subarray(124, 136)), type };
}

/** Octal digits; or, with the highest bit set, a number of bytes. */
function sizeOf(field: Buffer): number {
  const isBinary = ((field[0] ?? 0) & 0x80) !== 0;
  const size = isBinary
    ? Number(field.readBigUInt64BE(4))
    : Number.parseInt(field.toString('latin1').replaceAll('\0', ' ').trim() || '0', 8);
  if (!Number.isSafeInteger(size) || size < 0) throw new ImportError('The tar archive is damaged: fetch it again');
  return size;
}

/** GNU's long name, and the headers of pax for the next file and for all files. */
const LONG = ['L', 'K', 'x', 'g', 'X'];

async function readLong(pieces: Pieces, { size, type }: Header): Promise<{ name?: string; size?: number }> {
  if (size > PAX_MAX) throw new ImportError('The tar archive is damaged: fetch it again');
  const body = new Body(pieces, size);
  const read: Uint8Array[] = [];
  for await (const piece of body.read()) read.push(piece);
  await body.skip();
  const text = Buffer.concat(read).toString('utf8');
  if (type === 'L') return { name: text.replace(/\0.*$/su, '') };
  if (type !== 'x' && type !== 'X') return {};
  const name = /^\d+ path=(.*)$/mu.exec(text)?.[1];
  const ownSize = /^\d+ size=(\d{1,15})$/mu.exec(text)?.[1];
  return { ...(name !== undefined && { name }), ...(ownSize !== undefined && { size: Number(ownSize) }) };
}
