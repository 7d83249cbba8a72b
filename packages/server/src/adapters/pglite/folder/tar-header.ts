/** The few fields of a tar header (POSIX ustar) that a data folder needs: plain files and folders, short names. */
export interface TarEntry {
  /** relative, with `/`, at most 100 bytes */
  readonly path: string;
  readonly isFolder: boolean;
  readonly size: number;
}

export const BLOCK_BYTES = 512;

const NAME_BYTES = 100;
const MODE_AT = 100;
const OWNER_AT = 108;
const GROUP_AT = 116;
const SIZE_AT = 124;
const SIZE_BYTES = 12;
const TIME_AT = 136;
const SUM_AT = 148;
const SUM_BYTES = 8;
const TYPE_AT = 156;
const MAGIC_AT = 257;
const FILE_TYPE = '0';
const FOLDER_TYPE = '5';

export function writeHeader({ path, isFolder, size }: TarEntry): Buffer {
  const header = Buffer.alloc(BLOCK_BYTES);
  if (Buffer.byteLength(path) > NAME_BYTES) throw new Error(`${path} is too long for an archive`);
  header.write(path);
  header.write(isFolder ? '0000700' : '0000600', MODE_AT);
  header.write('0000000', OWNER_AT);
  header.write('0000000', GROUP_AT);
  header.write(size.toString(8).padStart(SIZE_BYTES - 1, '0'), SIZE_AT);
  header.write('0'.repeat(SIZE_BYTES - 1), TIME_AT);
  header.write(isFolder ? FOLDER_TYPE : FILE_TYPE, TYPE_AT);
  header.write('ustar\u000000', MAGIC_AT, 'latin1');
  // The sum is taken with its own field full of spaces.
  header.fill(' ', SUM_AT, SUM_AT + SUM_BYTES);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, SUM_AT);
  return header;
}

/** Undefined for a block of zeros, the end. @throws Error for anything but a file or a folder. */
export function readHeader(header: Buffer): TarEntry | undefined {
  if (header[0] === 0) return undefined;
  const type = header.toString('latin1', TYPE_AT, TYPE_AT + 1);
  const size = Number.parseInt(textAt(header, SIZE_AT, SIZE_BYTES), 8);
  if (!(size >= 0) || ![FILE_TYPE, FOLDER_TYPE].includes(type)) throw new Error('This is no archive of a database');
  return { path: textAt(header, 0, NAME_BYTES), isFolder: type === FOLDER_TYPE, size };
}

/** Contents are followed by zeros up to a whole block. */
export function paddingOf(size: number): number {
  return (BLOCK_BYTES - (size % BLOCK_BYTES)) % BLOCK_BYTES;
}

function textAt(header: Buffer, at: number, length: number): string {
  return header.toString('utf8', at, at + length).replace(/\0.*$/s, '');
}
