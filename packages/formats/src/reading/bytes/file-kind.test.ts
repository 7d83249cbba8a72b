import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { importChat } from '../../import/index.ts';
import { fileKindOf } from './file-kind.ts';

const bytes = (text: string, length = 1_024) => {
  const head = new Uint8Array(length);
  for (let at = 0; at < text.length; at += 1) head[at] = text.charCodeAt(at);
  return head;
};

async function* inPieces(data: Uint8Array, size = data.length) {
  for (let at = 0; at < data.length; at += size) yield data.subarray(at, at + size);
}

async function textsOf(data: Uint8Array, size?: number): Promise<string[]> {
  const texts: string[] = [];
  for await (const { text } of importChat(inPieces(data, size))) texts.push(text);
  return texts;
}

const transportStream = () => {
  const head = bytes('G');
  for (const at of [0, 188, 376]) head[at] = 0x47;
  return head;
};

describe('a file that is no text', () => {
  it.each([
    ['\u{0}\u{0}\u{0}\u{20}ftypisom', /^The file is a video \(MP4\) and no text: choose the chat log/u],
    ['\u{0}\u{0}\u{0}\u{20}ftypM4A ', /a sound file \(M4A\)/u],
    ['\u{1A}\u{45}\u{DF}\u{A3}', /a video \(Matroska or WebM\)/u],
    ['FLV\u{1}', /a video \(FLV\)/u],
    ['RIFF\u{9}\u{9}\u{9}\u{0}AVI LIST', /a video \(AVI\)/u],
    ['RIFF\u{9}\u{9}\u{9}\u{0}WAVEfmt ', /a sound file \(WAV\)/u],
    ['ID3\u{4}', /a sound file \(MP3\)/u],
    ['\u{89}PNG\r\n\u{1A}\n', /a picture \(PNG\)/u],
    ['\u{FF}\u{D8}\u{FF}\u{E0}', /a picture \(JPEG\)/u],
    ['SQLite format 3\0', /a database \(SQLite\) and no text: export the table of messages as CSV/u],
    ['%PDF-1.7', /a PDF and no text/u],
    ['7z\u{BC}\u{AF}\u{27}\u{1C}', /a 7z archive and no text: unpack it first/u],
    ['Rar!\u{1A}\u{7}\u{1}\0', /a RAR archive/u],
    ['PK\u{3}\u{4}', /a ZIP archive/u],
    ['BZh91AY&SY', /packed with bzip2/u],
  ])('is refused by what it is: %j', async (mark, sentence) => {
    await expect(textsOf(bytes(mark))).rejects.toThrow(sentence);
  });

  it('is a transport stream when a packet begins every 188 bytes', async () => {
    await expect(textsOf(transportStream())).rejects.toThrow(/a video \(MPEG transport stream\)/u);
  });

  it('is not what its first letters look like when it is text', () => {
    for (const text of [
      'PAR1 wins',
      'RIFF raff AVI ',
      'FLV or mp4?',
      'BZh9 is back',
      'ID3 tags',
      '0:0 ftypos',
      'PKK',
      'LZIP',
    ]) {
      expect(fileKindOf(new TextEncoder().encode(`${text}\n[0:00:01] <ada> hi\n`))).toBeUndefined();
    }
    expect(fileKindOf(new TextEncoder().encode(`G${'a'.repeat(187)}`.repeat(5)))).toBeUndefined();
  });
});

describe('gzip', () => {
  const log = new TextEncoder().encode('[0:00:01] <ada> hi\n[0:00:02] <bo> there\n');

  it('may be packed twice, and comes in pieces of any size', async () => {
    const twice = gzipSync(gzipSync(log));
    for (const size of [1, 7, undefined]) expect(await textsOf(twice, size)).toEqual(['hi', 'there']);
  });

  it('is not unpacked for ever', async () => {
    let packed: Uint8Array = log;
    for (let layer = 0; layer < 6; layer += 1) packed = gzipSync(packed);
    await expect(textsOf(packed)).rejects.toThrow('The file is packed with gzip and no text: unpack it first');
  });
});
