/** What a file is by its first bytes, when it is no text. */
export interface FileKind {
  readonly name: string;
  /** after "The file is" in a sentence */
  readonly title: string;
  /** half a sentence: what to do instead */
  readonly instead: string;
  /** set when the bytes hold other files or one packed file */
  readonly packed?: true;
}

/** So many first bytes are enough to know a kind. */
export const KIND_BYTES = 1_024;

interface Mark extends FileKind {
  /** what such files begin with, one character a byte */
  readonly marks: readonly string[];
}

const UNPACK = 'unpack it first';
const CHAT_INSTEAD = 'choose the chat log that was saved beside it';
const media = (name: string, title: string, ...marks: readonly string[]): Mark => ({
  name,
  title,
  marks,
  instead: CHAT_INSTEAD,
});
const packed = (name: string, title: string, ...marks: readonly string[]): Mark => ({
  name,
  title,
  marks,
  packed: true,
  instead: UNPACK,
});

const MARKS: readonly Mark[] = [
  packed('gzip', 'packed with gzip', '\u{1F}\u{8B}'),
  packed('zstd', 'packed with Zstandard', '(\u{b5}/\u{fd}'),
  packed('xz', 'packed with xz', '\u{FD}7zXZ\0'),
  packed('zip', 'a ZIP archive', 'PK\u{3}\u{4}', 'PK\u{5}\u{6}', 'PK\u{7}\u{8}'),
  packed('7z', 'a 7z archive', '7z\u{BC}\u{AF}\u{27}\u{1C}'),
  packed('rar', 'a RAR archive', 'Rar!\u{1A}\u{7}'),
  packed('lz4', 'packed with LZ4', '\u{4}\u{22}\u{4D}\u{18}'),
  packed('lzip', 'packed with lzip', 'LZIP\u{1}'),
  packed('compress', 'packed with compress (.Z)', '\u{1F}\u{9D}'),
  media('mkv', 'a video (Matroska or WebM)', '\u{1A}\u{45}\u{DF}\u{A3}'),
  media('flv', 'a video (FLV)', 'FLV\u{1}'),
  media('ogg', 'a sound file or video (Ogg)', 'OggS\0'),
  media('flac', 'a sound file (FLAC)', 'fLaC'),
  media(
    'mp3',
    'a sound file (MP3)',
    'ID3\u{2}',
    'ID3\u{3}',
    'ID3\u{4}',
    '\u{FF}\u{FB}',
    '\u{FF}\u{F3}',
    '\u{FF}\u{F2}',
  ),
  media('aac', 'a sound file (AAC)', '\u{FF}\u{F1}', '\u{FF}\u{F9}'),
  media('mpeg', 'a video (MPEG)', '\0\0\u{1}\u{BA}', '\0\0\u{1}\u{B3}'),
  media('asf', 'a video (WMV)', '\u{30}\u{26}\u{B2}\u{75}\u{8E}\u{66}\u{CF}\u{11}'),
  media('png', 'a picture (PNG)', '\u{89}PNG\r\n'),
  media('jpeg', 'a picture (JPEG)', '\u{FF}\u{D8}\u{FF}'),
  media('gif', 'a picture (GIF)', 'GIF87a', 'GIF89a'),
  {
    name: 'sqlite',
    title: 'a database (SQLite)',
    marks: ['SQLite format 3\0'],
    instead: 'export the table of messages as CSV',
  },
  {
    name: 'ole',
    title: 'an old Office document, such as a spreadsheet (.xls)',
    marks: ['\u{D0}\u{CF}\u{11}\u{E0}\u{A1}\u{B1}\u{1A}\u{E1}'],
    instead: 'save the sheet with the chat as CSV',
  },
  { name: 'pdf', title: 'a PDF', marks: ['%PDF-'], instead: 'save the chat as text or CSV' },
  { name: 'parquet', title: 'a table in Parquet', marks: ['PAR1\u{15}'], instead: 'export it as CSV or JSON' },
];

const BZIP2: FileKind = { name: 'bzip2', title: 'packed with bzip2', packed: true, instead: UNPACK };
const TAR: FileKind = { name: 'tar', title: 'a tar archive', packed: true, instead: UNPACK };
const TS: FileKind = { name: 'ts', title: 'a video (MPEG transport stream)', instead: CHAT_INSTEAD };

/** The kind of a file that is no text, by its first bytes; undefined for text and for what is not known. */
export function fileKindOf(head: Uint8Array): FileKind | undefined {
  const known = MARKS.find(({ marks }) => marks.some((mark) => hasText(head, mark, 0)));
  if (known) return known;
  if (isBzip2(head)) return BZIP2;
  return riff(head) ?? boxes(head) ?? (isTar(head) ? TAR : isTransportStream(head) ? TS : undefined);
}

const RIFF: readonly (readonly [form: string, title: string])[] = [
  ['AVI ', 'a video (AVI)'],
  ['WAVE', 'a sound file (WAV)'],
  ['WEBP', 'a picture (WebP)'],
];

function riff(head: Uint8Array): FileKind | undefined {
  const [, title] = (hasText(head, 'RIFF', 0) && RIFF.find(([form]) => hasText(head, form, 8))) || [];
  return title === undefined ? undefined : { name: 'riff', title, instead: CHAT_INSTEAD };
}

/** MP4 and its relatives begin with the length of a box and its name. */
function boxes(head: Uint8Array): FileKind | undefined {
  if (head[0] !== 0 || !hasText(head, 'ftyp', 4)) return undefined;
  const isSound = hasText(head, 'M4A', 8);
  const isPicture = ['heic', 'mif1', 'avif'].some((brand) => hasText(head, brand, 8));
  const title = isSound ? 'a sound file (M4A)' : isPicture ? 'a picture (HEIF)' : 'a video (MP4)';
  return { name: 'mp4', title, instead: CHAT_INSTEAD };
}

function isBzip2(head: Uint8Array): boolean {
  const level = head[3] ?? 0;
  const isLevel = level >= 0x31 && level <= 0x39;
  // A block, or the end of a file that holds nothing.
  const begins = hasText(head, '\u{31}\u{41}\u{59}\u{26}\u{53}\u{59}', 4) || hasText(head, '\u{17}\u{72}\u{45}', 4);
  return hasText(head, 'BZh', 0) && isLevel && begins;
}

const TAR_BLOCK = 512;
const SUM_AT = 148;
const SUM_END = 156;

/** Old tar files have no mark, but the sum of the header stands in it. */
function isTar(head: Uint8Array): boolean {
  if (head.length < TAR_BLOCK || head[0] === 0) return false;
  let sum = 0;
  for (let at = 0; at < TAR_BLOCK; at += 1) sum += at >= SUM_AT && at < SUM_END ? 0x20 : (head[at] ?? 0);
  const written = String.fromCharCode(...head.subarray(SUM_AT, SUM_END)).replaceAll(/[\0 ]/gu, '');
  return /^[0-7]{1,8}$/u.test(written) && Number.parseInt(written, 8) === sum;
}

const TS_PACKET = 188;

/** A packet begins every 188 bytes with the letter G, and there are bytes that no text has. */
function isTransportStream(head: Uint8Array): boolean {
  const isPacket = [0, TS_PACKET, 2 * TS_PACKET].every((at) => head[at] === 0x47);
  return isPacket && head.subarray(0, TS_PACKET).some((byte) => byte < 9);
}

function hasText(head: Uint8Array, mark: string, at: number): boolean {
  for (let index = 0; index < mark.length; index += 1) {
    if (head[at + index] !== mark.charCodeAt(index)) return false;
  }
  return true;
}

/** The sentence about a file of a kind that is not read. */
export function notText({ title, instead }: FileKind): string {
  return `The file is ${title} and no text: ${instead}`;
}
