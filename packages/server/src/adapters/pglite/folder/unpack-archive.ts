import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';
import { createGunzip } from 'node:zlib';
import { BLOCK_BYTES, paddingOf, readHeader } from './tar-header.ts';

/**
 * Unpacks the tar.gz of a data folder, file by file: PGlite's own way holds the whole archive
 * several times in memory, for good (100 MB for an empty database), and takes half a second longer.
 * @throws Error when the file is not such an archive, or ends too early
 */
export async function unpackArchive(archive: string, folder: string): Promise<void> {
  const packed = createReadStream(archive);
  const unpacked = packed.pipe(createGunzip());
  packed.on('error', (error) => unpacked.destroy(error));
  const bytes = new ByteReader(unpacked);
  let files = 0;
  for (;;) {
    const entry = readHeader(await bytes.take(BLOCK_BYTES));
    if (!entry) break;
    // Rooted before it is joined: no name leads out of the folder.
    const path = join(folder, normalize(`/${entry.path}`));
    await mkdir(entry.isFolder ? path : dirname(path), { recursive: true, mode: 0o700 });
    if (entry.isFolder) continue;
    await writeEntry(bytes, path, entry.size);
    files += 1;
  }
  if (files === 0) throw new Error(`${archive} holds no files`);
}

async function writeEntry(bytes: ByteReader, path: string, size: number): Promise<void> {
  const file = await open(path, 'w', 0o600);
  try {
    await copyTo(file, bytes, size);
  } finally {
    await file.close();
  }
  await bytes.take(paddingOf(size));
}

async function copyTo(file: FileHandle, bytes: ByteReader, size: number): Promise<void> {
  for (let left = size; left > 0;) {
    const piece = await bytes.takeUpTo(left);
    await file.writeFile(piece);
    left -= piece.length;
  }
}

/** Exact numbers of bytes out of a stream of chunks. */
class ByteReader {
  readonly #chunks: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(stream: AsyncIterable<Buffer>) {
    this.#chunks = stream[Symbol.asyncIterator]();
  }

  async take(count: number): Promise<Buffer> {
    const pieces: Buffer[] = [];
    for (let left = count; left > 0;) {
      const piece = await this.takeUpTo(left);
      pieces.push(piece);
      left -= piece.length;
    }
    return pieces.length === 1 && pieces[0] ? pieces[0] : Buffer.concat(pieces);
  }

  /** At least one byte. */
  async takeUpTo(count: number): Promise<Buffer> {
    while (this.#rest.length === 0) {
      const next = await this.#chunks.next();
      if (next.done) throw new Error('The archive ends too early');
      this.#rest = next.value;
    }
    const piece = this.#rest.subarray(0, count);
    this.#rest = this.#rest.subarray(piece.length);
    return piece;
  }
}
