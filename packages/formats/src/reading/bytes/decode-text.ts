import { decodeUtf32 } from './decode-utf32.ts';
import { decodeUtf8 } from './decode-utf8.ts';
import { ImportError } from '../import-error.ts';
import { chain, takeBytes } from './unpack.ts';

interface Encoding {
  readonly mark: readonly number[];
  readonly decode: (bytes: AsyncIterable<Uint8Array>) => AsyncGenerator<string, void>;
}

// UTF-32 comes before UTF-16, because its little-endian mark begins with that of UTF-16.
const ENCODINGS: readonly Encoding[] = [
  { mark: [0xff, 0xfe, 0x00, 0x00], decode: (bytes) => decodeUtf32(bytes, true) },
  { mark: [0x00, 0x00, 0xfe, 0xff], decode: (bytes) => decodeUtf32(bytes, false) },
  { mark: [0xef, 0xbb, 0xbf], decode: decodeUtf8 },
  { mark: [0xff, 0xfe], decode: (bytes) => decodeUtf16(bytes, 'utf-16le') },
  { mark: [0xfe, 0xff], decode: (bytes) => decodeUtf16(bytes, 'utf-16be') },
];

/**
 * Text in pieces of any size, without the byte order mark. A file without a mark must be UTF-8: a wrongly guessed 8-bit
 * encoding would silently change names and emoji.
 */
export async function* decodeText(source: AsyncIterable<Uint8Array>): AsyncGenerator<string, void> {
  const { head, rest } = await takeBytes(source, 4);
  const encoding = ENCODINGS.find(({ mark }) => mark.every((byte, index) => head[index] === byte));
  const bytes = chain(head.subarray(encoding?.mark.length ?? 0), rest);
  yield* encoding ? encoding.decode(bytes) : decodeUtf8(bytes);
}

async function* decodeUtf16(
  bytes: AsyncIterable<Uint8Array>,
  label: 'utf-16le' | 'utf-16be',
): AsyncGenerator<string, void> {
  const decoder = new TextDecoder(label, { fatal: true });
  let line = 1;
  const decode = (chunk?: Uint8Array): string => {
    try {
      return chunk ? decoder.decode(chunk, { stream: true }) : decoder.decode();
    } catch {
      throw new ImportError(
        `Near line ${line} is something that is not UTF-16, as which the file is marked: save it as UTF-8`,
      );
    }
  };
  for await (const chunk of bytes) {
    const text = decode(chunk);
    line += countLines(text);
    yield text;
  }
  yield decode();
}

function countLines(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}
