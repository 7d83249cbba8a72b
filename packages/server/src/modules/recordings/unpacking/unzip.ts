import { ImportError } from '@ovation/formats';
import yauzl from 'yauzl';
import { isLeftBehind, type PackedFile } from './packed-file.ts';

/** Stored as it is, and deflate: what every program writes. */
const METHODS = [0, 8];
const OFFICE_PART = '[Content_Types].xml';

/** The files of a ZIP archive that lies on the disk. Its list of files stands at its end. @throws ImportError */
export async function* unzip(path: string): AsyncGenerator<PackedFile, void> {
  const archive = await open(path);
  try {
    for await (const entry of entriesOf(archive)) {
      if (entry.fileName.endsWith('/') || isLeftBehind(entry.fileName)) continue;
      yield { name: entry.fileName, isRepeatable: true, read: () => read(archive, entry) };
    }
  } finally {
    archive.close();
  }
}

/** What an archive is when its files are the parts of one document; undefined for other archives. @throws ImportError */
export async function documentIn(path: string): Promise<string | undefined> {
  const archive = await open(path);
  try {
    const names: string[] = [];
    for await (const { fileName } of entriesOf(archive)) {
      names.push(fileName);
      if (names.length > 1_000) break;
    }
    if (names.includes(OFFICE_PART)) {
      if (names.some((name) => name.startsWith('xl/'))) return 'a spreadsheet (XLSX)';
      return names.some((name) => name.startsWith('word/')) ? 'a document (DOCX)' : 'a document of an office program';
    }
    const isOpenDocument = names.includes('mimetype') && names.includes('META-INF/manifest.xml');
    return isOpenDocument ? 'a spreadsheet or document (ODS or ODT)' : undefined;
  } finally {
    archive.close();
  }
}

async function open(path: string): Promise<yauzl.ZipFile> {
  try {
    // Not closed by itself: after the last entry is listed, its bytes are still read.
    return await yauzl.openPromise(path, { autoClose: false });
  } catch (error) {
    throw damaged(error);
  }
}

async function* entriesOf(archive: yauzl.ZipFile): AsyncGenerator<yauzl.Entry, void> {
  const entries = archive.eachEntry();
  for (;;) {
    const next = await entries.next().catch((error: unknown) => {
      throw damaged(error);
    });
    if (next.done) return;
    yield next.value;
  }
}

async function* read(archive: yauzl.ZipFile, entry: yauzl.Entry): AsyncGenerator<Uint8Array, void> {
  if (entry.isEncrypted()) throw new ImportError('The file is locked with a password: unpack it first');
  if (!METHODS.includes(entry.compressionMethod)) {
    throw new ImportError(
      `The file is packed by method ${entry.compressionMethod} of ZIP, which is not read: unpack it first`,
    );
  }
  const stream = await archive.openReadStreamPromise(entry).catch((error: unknown) => {
    throw damaged(error);
  });
  try {
    // A stream without an encoding yields buffers.
    for await (const piece of stream as AsyncIterable<Uint8Array>) yield piece;
  } catch (error) {
    throw damaged(error);
  }
}

function damaged(error: unknown): ImportError {
  const reason = error instanceof Error ? error.message : String(error);
  return new ImportError(`The ZIP archive is damaged or was cut off (${reason}): fetch it again`, { cause: error });
}
