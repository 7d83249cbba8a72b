import { createReadStream } from 'node:fs';
import { fileKindOf, ImportError, KIND_BYTES, notText } from '@ovation/formats';
import { UnpackedTooLarge } from '../recording-problem.ts';
import { BROTLI_TRIAL_BYTES, isBrotli } from './brotli-trial.ts';
import { codecs, unpackedBy } from './codecs.ts';
import type { UnpackedBudget } from './limit-bytes.ts';
import type { PackedFile } from './packed-file.ts';
import { Pieces } from './pieces.ts';
import { ScratchFile } from './scratch-file.ts';
import { untar } from './untar.ts';
import { documentIn, unzip } from './unzip.ts';

/** A chat log, or another text, as bytes that are not packed any more. */
export interface UnpackedLog {
  /** name of the file; of one in an archive `chat.zip/part-1.txt` */
  readonly name: string;
  /** whether an archive held it, perhaps with other files that are no chat logs */
  readonly isFromArchive: boolean;
  /** its bytes, once, and before the next log is asked for */
  readonly bytes: AsyncIterable<Uint8Array>;
  /** the same bytes once more, for what need not be kept to be read twice */
  readonly again?: (() => AsyncIterable<Uint8Array>) | undefined;
}

/** A file as it was given. */
export interface GivenFile {
  readonly name: string;
  readonly bytes: AsyncIterable<Uint8Array>;
  /** where it lies, if it is a regular file: archives with their list at the end are read there */
  readonly path?: string | undefined;
}

export interface UnpackingOptions {
  readonly budget: UnpackedBudget;
  /** where what must lie on the disk lies meanwhile; the system's folder for such when left out */
  readonly scratchFolder?: string | undefined;
  /** hears of a file in an archive that is no text, and why */
  readonly onLeftOut: (name: string, reason: string) => void;
}

/** An archive in an archive, or a log that was packed twice, is usual. More layers than this are meant to do harm. */
const LAYERS_MAX = 5;
const FILES_MAX = 1_000;

/**
 * The texts in a file, whatever it is packed with: the kinds are known by their first bytes, and brotli by trial.
 * @throws ImportError for data that cannot be unpacked and for what is no text; errors of the source pass through
 */
export async function* logsIn(file: GivenFile, options: UnpackingOptions): AsyncGenerator<UnpackedLog, void> {
  const { path } = file;
  // Without an encoding the stream gives buffers.
  const again = path === undefined ? undefined : () => createReadStream(path) as AsyncIterable<Uint8Array>;
  yield* unpackLayer({ ...file, again, isFromArchive: false, layers: 0 }, options);
}

interface Layer extends GivenFile, UnpackedLog {
  readonly layers: number;
}

async function* unpackLayer(layer: Layer, options: UnpackingOptions): AsyncGenerator<UnpackedLog, void> {
  const pieces = new Pieces(layer.bytes);
  try {
    const kind = await kindOf(pieces, layer.name);
    const { again, isFromArchive, name } = layer;
    if (kind === undefined) {
      yield { name, isFromArchive, bytes: pieces.all(), again };
      return;
    }
    if (layer.layers >= LAYERS_MAX) {
      throw new ImportError(`The file is packed more than ${LAYERS_MAX} times over: unpack it first`);
    }
    const codec = codecs[kind];
    if (codec) {
      const unpack = (packed: AsyncIterable<Uint8Array>) => options.budget.limit(unpackedBy(codec, packed));
      const inner = { bytes: unpack(pieces.all()), again: again && (() => unpack(again())) };
      yield* unpackLayer({ name, isFromArchive, ...inner, layers: layer.layers + 1 }, options);
    } else if (kind === 'tar') yield* unpackFiles(untar(pieces.all()), layer, options);
    else yield* unpackZip(pieces, layer, options);
  } finally {
    await pieces.close();
  }
}

/** Name of a kind that is unpacked here; undefined for text. @throws ImportError for what is neither */
async function kindOf(pieces: Pieces, name: string): Promise<string | undefined> {
  const head = await pieces.peek(KIND_BYTES);
  const kind = fileKindOf(head);
  if (kind) {
    if (kind.name in codecs || kind.name === 'tar' || kind.name === 'zip') return kind.name;
    throw new ImportError(notText(kind));
  }
  const isNamedBrotli = /\.br$/iu.test(name);
  // A text is known without a trial.
  if (!isNamedBrotli && !hasBytesOfNoText(head)) return undefined;
  return (await isBrotli(await pieces.peek(BROTLI_TRIAL_BYTES))) ? 'brotli' : undefined;
}

async function* unpackZip(pieces: Pieces, layer: Layer, options: UnpackingOptions): AsyncGenerator<UnpackedLog, void> {
  await using scratch = new ScratchFile(options.scratchFolder);
  if (layer.path === undefined) for await (const piece of pieces.all()) await scratch.write(piece);
  const path = layer.path ?? scratch.path;
  const document = await documentIn(path);
  if (document !== undefined) {
    throw new ImportError(notText({ name: 'office', title: document, instead: 'save the sheet with the chat as CSV' }));
  }
  yield* unpackFiles(unzip(path), layer, options);
}

async function* unpackFiles(
  files: AsyncIterable<PackedFile>,
  { name, layers }: Layer,
  options: UnpackingOptions,
): AsyncGenerator<UnpackedLog, void> {
  let count = 0;
  for await (const file of files) {
    count += 1;
    if (count > FILES_MAX)
      throw new ImportError(`The archive holds more than ${FILES_MAX} files: take the chat log out`);
    const read = () => options.budget.limit(file.read());
    const inner = { name: `${name}/${file.name}`, bytes: read(), again: file.isRepeatable ? read : undefined };
    yield* unlessNoText({ ...inner, isFromArchive: true, layers: layers + 1 }, options);
  }
  if (count === 0) throw new ImportError('The archive is empty: choose one that holds a chat log');
}

/** A picture beside the log, say, is left out; what goes wrong after the beginning is an error. */
async function* unlessNoText(file: Layer, options: UnpackingOptions): AsyncGenerator<UnpackedLog, void> {
  const logs = unpackLayer(file, options);
  const first = await logs.next().catch((error: unknown) => {
    if (!(error instanceof ImportError) || error instanceof UnpackedTooLarge) throw error;
    options.onLeftOut(file.name, error.message);
    return undefined;
  });
  if (!first || first.done) return;
  try {
    yield first.value;
    yield* logs;
  } finally {
    await logs.return();
  }
}

/** Controls that occur in no text, in any encoding that has no mark: not tabs, line breaks, form feeds and escapes. */
function hasBytesOfNoText(head: Uint8Array): boolean {
  return head.some((byte) => byte < 0x20 && byte !== 0x1b && (byte < 0x09 || byte > 0x0d));
}
