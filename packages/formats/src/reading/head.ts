import type { FileHead } from './format.ts';
import { valuesOfHead } from './json/head-values.ts';
import { withoutMark } from './records/lines.ts';

const HEAD_LENGTH = 65_536;
const HEAD_LINES = 200;
/** A file that begins with more white space than this is treated as empty. */
const SPACE_MAX_LENGTH = 1_048_576;

/** Reads enough to recognise a format. `text` gives the whole file, the head included. */
export async function readHead(
  pieces: AsyncGenerator<string, void>,
): Promise<{ head: FileHead; text: AsyncGenerator<string, void> }> {
  const read: string[] = [];
  let length = 0;
  let total = 0;
  let isWhole = false;
  while (length < HEAD_LENGTH && total < SPACE_MAX_LENGTH) {
    const next = await pieces.next();
    isWhole = next.done === true;
    if (next.done) break;
    read.push(next.value);
    total += next.value.length;
    // White space does not help to recognise a format.
    length += next.value.trim().length;
  }
  const all = read.join('').trimStart();
  const isOldMac = hasReturnsAlone(all);
  const beginning = inUnixLines(all.slice(0, HEAD_LENGTH), isOldMac);
  const lines = beginning
    .split(/\r?\n/u, HEAD_LINES * 2)
    .filter((line) => line.trim() !== '')
    .map(withoutMark);
  const head = {
    text: beginning,
    lines: lines.slice(0, HEAD_LINES),
    json: valuesOfHead(beginning),
    isWhole: isWhole && all.length <= HEAD_LENGTH,
  };
  const text = again(read, pieces);
  return { head, text: isOldMac ? inUnixPieces(text) : text };
}

/** Whether lines end as on old Macs. Where line feeds are more frequent, a return alone is a part of the text. */
function hasReturnsAlone(text: string): boolean {
  if (!text.includes('\r')) return false;
  return (text.match(/\r(?!\n)/gu)?.length ?? 0) > (text.match(/\n/gu)?.length ?? 0);
}

function inUnixLines(text: string, isOldMac: boolean): string {
  return isOldMac ? text.replaceAll(/\r\n?/gu, '\n') : text;
}

async function* inUnixPieces(pieces: AsyncGenerator<string, void>): AsyncGenerator<string, void> {
  for await (const piece of pieces) yield piece.replaceAll('\r', '\n');
}

async function* again(read: string[], pieces: AsyncGenerator<string, void>): AsyncGenerator<string, void> {
  try {
    yield* read.splice(0);
    yield* pieces;
  } finally {
    await pieces.return();
  }
}
