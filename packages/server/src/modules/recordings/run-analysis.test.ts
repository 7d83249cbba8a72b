import { mkdtemp, rm } from 'node:fs/promises';
import { createWriteStream } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runAnalysis } from './run-analysis.ts';

const SMALL_HEAP_MB = 64;
const LINES = 2_000;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'ovation-analysis-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** A log in which everyone writes in the same second, each under another name. */
async function crowd(pieces: number) {
  const piece = (at: number) => {
    const line = (n: number) => `[2026-01-01 00:00:01 UTC] viewer${at}x${n}: hello`;
    return `${Array.from({ length: LINES }, (_, n) => line(n)).join('\n')}\n`;
  };
  const file = path.join(folder, `crowd-${pieces}.txt`);
  const texts = Array.from({ length: pieces }, (_, at) => at);
  await pipeline(Readable.from(texts.map(piece)), createWriteStream(file));
  const options = { unpackedMaxBytes: 1e9, scratchFolder: folder };
  return { file, name: 'crowd.txt', options };
}

it('a file that needs more memory than there is ends its own process, not the server', async () => {
  const { signal } = new AbortController();
  await expect(runAnalysis(await crowd(500), SMALL_HEAP_MB, signal)).rejects.toMatchObject({
    kind: 'unreadable',
    message: expect.stringContaining('needs more memory'),
  });
  expect(await runAnalysis(await crowd(1), SMALL_HEAP_MB, signal)).toMatchObject({ messages: LINES });
});

it('an analysis whose caller has gone ends at once', async () => {
  const gone = new AbortController();
  const analysis = runAnalysis(await crowd(500), 512, gone.signal);
  setTimeout(() => gone.abort(new Error('gone')), 500);
  await expect(analysis).rejects.toThrow('gone');
});
