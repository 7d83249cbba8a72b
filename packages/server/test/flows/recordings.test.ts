import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { analyzeCommand } from '../../src/commands/analyze/analyze.ts';
import { fakeParts, serveFakes } from '../support/http-fakes.ts';
import { type RecordingOptions, type Recordings, createRecordings } from '../../src/modules/recordings/index.ts';
import { FakeIo } from '../support/fake-command-io.ts';

const LINES = 200_000;
const stamp = (second: number) =>
  `${Math.floor(second / 3_600)}:${String(Math.floor(second / 60) % 60).padStart(2, '0')}:${String(second % 60).padStart(2, '0')}`;
const lines = (length: number) => Array.from({ length }, (_, second) => `[${stamp(second)}] <ada> hi 🔥\n`).join('');
const comments = (length: number) =>
  JSON.stringify({
    FileInfo: {},
    comments: Array.from({ length }, (_, second) => ({
      content_offset_seconds: second,
      commenter: { name: 'ada' },
      message: { body: 'hi' },
    })),
  });
const bigLog = lines(LINES);
const utf16 = (text: string) => Buffer.from(text, 'utf16le');

/** One bad file of each kind, and the one sentence about it. */
const BAD_FILES: readonly (readonly [string, string | Buffer, RegExp])[] = [
  [
    'a wrong byte at the end of a big file',
    Buffer.concat([Buffer.from(`${bigLog}[99:00:00] <ada> caf`), Buffer.from([0xe9, 0x0a])]),
    new RegExp(`^Line ${LINES + 1} is not UTF-8 \\(byte 0xE9\\): the file has another encoding or is damaged`, 'u'),
  ],
  [
    'truncated gzip',
    gzipSync(bigLog).subarray(0, 100_000),
    /^The gzip data ends too early \(after \d+ unpacked bytes\): the file was cut off, fetch it again$/u,
  ],
  ['damaged gzip', damaged(gzipSync(bigLog)), /^The gzip data is damaged \(after \d+ unpacked bytes\)/u],
  [
    'JSON that is cut off at the end of a big file',
    comments(50_000).slice(0, -20),
    /^The JSON ends in the middle of comment 50000 \(after \d+ characters\): the file was cut off, fetch it again$/u,
  ],
  [
    'UTF-16 without its mark',
    utf16('[0:00:01] <ada> hi\n'),
    /^Line 1 has zero bytes: this is no text, or UTF-16 without its mark; save the chat as text in UTF-8$/u,
  ],
  [
    'UTF-16 that ends in half a character',
    Buffer.concat([Buffer.from([0xff, 0xfe]), utf16(lines(3)), Buffer.from([0x3d, 0xd8])]),
    /^Near line 4 is something that is not UTF-16, as which the file is marked: save it as UTF-8$/u,
  ],
  [
    'a web page saved as .json',
    '<!DOCTYPE html>\n<html><body>Sign in</body></html>',
    /^The file is a web page \(HTML\)/u,
  ],
  [
    'JSON of another tool',
    '{"openapi":"3.1.0","paths":{}}',
    /^The file is JSON of another tool \(it begins with "openapi", "paths"\); what is read: chat of TwitchDownloader/u,
  ],
  ['no times', 'ada: hello\nbo: hi\n', /^Line 1 \("ada: hello"\) has no time: save the chat with times/u],
  [
    'times that run backwards',
    lines(400).trimEnd().split('\n').toReversed().join('\n'),
    /^The times run backwards \(line \d+ and many more lie over a minute behind the message at 0:06:39\)/u,
  ],
  ['nothing', '', /^The file is empty: choose one that holds a chat log$/u],
];

function damaged(packed: Buffer): Buffer {
  const copy = Buffer.from(packed);
  copy.fill(0xff, 10, 40);
  return copy;
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'ovation-recordings-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const running: FastifyInstance[] = [];
afterAll(() => Promise.all(running.map((app) => app.close())));

async function serve(options: RecordingOptions = {}): Promise<string> {
  return (await serveWatched(options)).url;
}

/** `begun` resolves when the first file has arrived. */
async function serveWatched(options: RecordingOptions): Promise<{ url: string; begun: Promise<void> }> {
  const { promise: begun, resolve } = Promise.withResolvers<void>();
  const served = createRecordings({ atOnce: 2, spoolFolder: path.join(folder, 'spool'), ...options });
  const recordings: Recordings = {
    ...served,
    analyze(source, signal, caller) {
      const analysis = served.analyze(source, signal, caller);
      resolve();
      return analysis;
    },
  };
  const app = await serveFakes(fakeParts({ recordings }).parts);
  running.push(app);
  return { url: `${await app.listen({ host: '127.0.0.1', port: 0 })}/api/v1/analyses`, begun };
}

interface Answer {
  readonly status: number;
  readonly retryAfter: string | null;
  readonly body: {
    readonly error: { code: string; message: string; details: { field: string; reason: string }[] };
    readonly moments: { startSeconds: number }[];
    readonly messages: number;
    readonly warnings: string[];
  };
}

async function post(
  url: string,
  body: string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>,
  signal?: AbortSignal,
): Promise<Answer> {
  const response = await fetch(url, { method: 'POST', body, duplex: 'half', ...(signal && { signal }) } as RequestInit);
  // Of this server, in the shapes of its reference.
  const answered = (await response.json()) as Answer['body'];
  return { status: response.status, retryAfter: response.headers.get('retry-after'), body: answered };
}

async function analyzeInTerminal(file: string, ...options: string[]) {
  const io = new FakeIo();
  const exitCode = await analyzeCommand.run([file, ...options], io);
  return { exitCode, ...io.written };
}

describe('a bad file', () => {
  let url: string;
  beforeAll(async () => {
    url = await serve();
  });

  it.each(BAD_FILES)(
    'gets one sentence, the same in the terminal and over HTTP: %s',
    async (name, content, sentence) => {
      const file = path.join(folder, `${name.replaceAll(/\W/gu, '-')}.json`);
      await writeFile(file, content);
      const { exitCode, err } = await analyzeInTerminal(file);
      const said = err.replace(`${file}: `, '').trimEnd();
      expect(exitCode).toBe(1);
      expect(said).toMatch(sentence);
      expect(said).not.toContain('\n');
      const answer = await post(url, typeof content === 'string' ? content : new Uint8Array(content));
      expect([answer.status, answer.body.error.code, answer.body.error.message]).toEqual([
        422,
        'unreadable_file',
        said,
      ]);
      const place = /\b(?:line|comment) \d+/iu.exec(said)?.[0].toLowerCase() ?? 'file';
      expect(answer.body.error.details).toEqual([{ field: place, reason: said }]);
    },
  );
});

/** A message a second, and for half a minute thirty. */
const quiet = (second: number) => ({ time: second, user: `viewer${second % 40}`, text: 'so what now' });
const loud = Array.from({ length: 900 }, (_, index) => ({
  time: 1_500 + Math.floor(index / 30),
  user: `viewer${index}`,
  text: 'GOAL',
}));
const match = [...Array.from({ length: 3_600 }, (_, second) => quiet(second)), ...loud].toSorted(
  (a, b) => a.time - b.time,
);

describe('a recording over HTTP', () => {
  it('is answered with its moments, the same as in the terminal, packed or not', async () => {
    const url = await serve();
    const text = JSON.stringify(match);
    const answer = await post(url, text);
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      format: 'generic-json',
      messages: match.length,
      detector: 'surge',
      warnings: [],
    });
    const [moment] = answer.body.moments;
    expect(Math.abs((moment?.startSeconds ?? 0) - 1_500)).toBeLessThan(60);
    const packed = await post(url, new Uint8Array(gzipSync(text)));
    expect(packed.body).toEqual(answer.body);
    const [file, out] = [path.join(folder, 'match.json'), path.join(folder, 'out.json')];
    await writeFile(file, text);
    const { exitCode, out: printed } = await analyzeInTerminal(file, '--detector', 'surge', '--json', out);
    expect([exitCode, printed]).toEqual([0, expect.stringContaining('GOAL')]);
    expect(JSON.parse(await readFile(out, 'utf8'))).toEqual({ files: [{ file, ...answer.body }] });
  });

  it('holds no place while it comes in: others are analyzed, and it is when it is whole (D12)', async () => {
    const { url, begun } = await serveWatched({ atOnce: 1 });
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    const writer = writable.getWriter();
    const slow = post(url, readable);
    await writer.write(new TextEncoder().encode('[0:00:01] <ada> hi\n'));
    await begun;
    expect((await post(url, lines(50))).body.messages).toBe(50);
    await writer.close();
    expect((await slow).body.messages).toBe(1);
  });

  it('is one of so many of a caller: one more is refused, until one is done or its sender has left', async () => {
    const { url, begun } = await serveWatched({ perCaller: 1 });
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    const leaving = new AbortController();
    const first = post(url, readable, leaving.signal).catch(() => undefined);
    await writable.getWriter().write(new TextEncoder().encode('[0:00:01] <ada> hi\n'));
    await begun;
    let second = await post(url, 'x');
    expect(second).toMatchObject({ status: 429, retryAfter: '5', body: { error: { code: 'too_many_requests' } } });
    leaving.abort();
    await first;
    while (second.status === 429) second = await post(url, 'x');
    expect(second.status).toBe(422);
    // Nothing is left of it.
    expect(await readdir(path.join(folder, 'spool'))).toEqual([]);
  });

  it('takes no more of the disk than all files together may', async () => {
    const url = await serve({ allBytes: 100_000 });
    expect((await post(url, bigLog)).status).toBe(429);
    expect((await post(url, lines(50))).status).toBe(200);
  });

  it('may be so large and no larger, packed and unpacked', async () => {
    const sent = await serve({ maxBytes: 100_000 });
    const unpacked = await serve({ unpackedMaxBytes: 1_048_576 });
    const packed = new Uint8Array(gzipSync(bigLog));
    expect((await post(sent, bigLog)).body.error).toMatchObject({
      code: 'too_large',
      message: expect.stringMatching(/^The file is larger than/u),
    });
    const answer = await post(unpacked, packed);
    expect([answer.status, answer.body.error.message]).toEqual([
      413,
      'What the file unpacks to is larger than 1 MB, which is the most that is taken; cut it into parts, or use ovation analyze',
    ]);
  });
});
