import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { type MessageBatch, messageBatchSchema } from '@ovation/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FakeIo } from '../../../test/support/fake-command-io.ts';
import { type SeenRequest, fakeOvation } from '../../../test/support/fake-ovation.ts';
import { channelOfFile } from './channel-of-file.ts';
import { replayCommand } from './replay.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'ovation-replay-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function file(name: string, content: string): Promise<string> {
  const target = path.join(folder, name);
  await writeFile(target, content);
  return target;
}

/** A chat log of 120 s with one message each second, an emoji and an emote of the platform in turn. */
function chatLog(): Promise<string> {
  const comments = Array.from({ length: 120 }, (_, second) => ({
    content_offset_seconds: second,
    message: { fragments: [second % 2 ? { text: '🔥' } : { text: 'LUL', emoticon: { emoticon_id: '425618' } }] },
  }));
  return file('My stream.json', JSON.stringify({ video: { title: 'Baking' }, comments }));
}

const never = { interval: 30, threshold: 0.3, allowedEmotes: ['😀'], version: 4, customized: false };

function answer({ line }: SeenRequest, settings: unknown = never) {
  if (line.startsWith('GET')) return { status: 200, body: settings };
  return { status: line.startsWith('POST') ? 201 : 200, body: {} };
}

// Every batch that the server took is checked against the schema of the server.
function batches(seen: readonly SeenRequest[]): MessageBatch['messages'][] {
  return seen
    .filter(({ line }) => line.endsWith('/messages'))
    .map(({ body }) => messageBatchSchema.parse(body).messages);
}

describe('ovation replay', () => {
  it('plays a log into a new channel, in order, at the speed of the stream, and ends the broadcast', async () => {
    await using server = await fakeOvation(answer);
    const io = new FakeIo();
    const begunAt = io.now();
    expect(await replayCommand.run([await chatLog(), '--url', `${server.url}/`, '--token', 'secret'], io)).toBe(0);
    const lines = server.seen.map(({ line }) => line);
    expect([...new Set(lines)]).toEqual([
      'POST /api/v1/channels',
      'GET /api/v1/channels/My-stream/settings',
      'PUT /api/v1/channels/My-stream/settings',
      'POST /api/v1/channels/My-stream/broadcasts',
      'POST /api/v1/channels/My-stream/messages',
      'DELETE /api/v1/channels/My-stream/broadcasts/current',
    ]);
    expect(server.seen.slice(0, 4).map(({ body }) => body)).toEqual([
      { name: 'My-stream' },
      undefined,
      { allowedEmotes: ['twitch:425618', '🔥'] },
      { title: 'Baking' },
    ]);
    expect(new Set(server.seen.map(({ token }) => token))).toEqual(new Set(['Bearer secret']));
    const sent = batches(server.seen).flat();
    expect(sent).toHaveLength(120);
    expect(new Set(sent.map(({ id }) => id)).size).toBe(120);
    expect(sent.slice(0, 2)).toMatchObject([
      { text: 'LUL', emotes: [{ emote: 'twitch:425618', alias: 'LUL' }] },
      { text: '🔥', emotes: [{ emote: 'unicode:1f525' }] },
    ]);
    expect(sent[1]?.emotes?.[0]).not.toHaveProperty('alias');
    // 119 s of stream at 30 times the speed: each message has its own time, and not that of its batch.
    const times = sent.map(({ occurredAt }) => Date.parse(occurredAt) - begunAt);
    expect(times).toEqual(times.map((_, second) => Math.round((second * 1_000) / 30)));
    expect(io.written.out).toBe(
      [
        'The channel now counts the 2 most used emotes of this log: LUL 🔥',
        'Playing into channel My-stream: 120 messages, 30 times as fast, 0:00:03 long.',
        `Watch at ${server.url}/?channel=My-stream`,
        'Done: 120 messages sent.',
        '',
      ].join('\n'),
    );
    expect(io.written.err).toBe(`0:00:00 / 0:01:59  1 message sent  ${server.url}/?channel=My-stream\n`);
  });

  it('sends at most 1,000 messages four times a second, however fast it plays', async () => {
    await using server = await fakeOvation(answer);
    const io = new FakeIo();
    const lines = Array.from({ length: 3_500 }, () => '[0:00:01] <ada> 🔥');
    const target = await file('burst.txt', lines.join('\n'));
    expect(await replayCommand.run([target, '--url', server.url, '--speed', '1000'], io)).toBe(0);
    const sent = batches(server.seen);
    expect(sent.map(({ length }) => length)).toEqual([1_000, 1_000, 1_000, 500]);
    // The first batch is on time. The times of the others are moved to the limit for late messages.
    const at = sent.map(([first]) => Date.parse(first?.occurredAt ?? ''));
    expect(at.slice(1).map((time) => time - (at[0] ?? 0))).toEqual([0, 250, 500]);
  });

  it('calls the broadcast by the name of the file when the log has no title, without its folders (P10)', async () => {
    await using server = await fakeOvation(answer);
    const target = await file('evening.txt', '[0:00:01] <ada> 🔥\n');
    expect(await replayCommand.run([target, '--url', server.url], new FakeIo())).toBe(0);
    const titles = server.seen.map(({ body }) => body).filter((body) => Object.hasOwn(Object(body), 'title'));
    expect(titles).toEqual([{ title: 'evening.txt' }]);
  });

  it('plays nothing from before the start, and says so (K01)', async () => {
    await using server = await fakeOvation(answer);
    const io = new FakeIo();
    const dated = '[2026-03-01 20:00:00 UTC] ada: soon\n[2026-03-01 20:00:09 UTC] bo: now 🔥\n';
    const target = await file('dated.txt', dated);
    const options = ['--url', server.url, '--start', '2026-03-01T20:00:05Z'];
    expect(await replayCommand.run([target, ...options], io)).toBe(0);
    expect(batches(server.seen).flat()).toMatchObject([{ text: 'now 🔥' }]);
    expect(io.written.out).toContain('Left out: 1 message before the start.');
  });

  it('plays what comes through a pipe (K17)', async () => {
    await using server = await fakeOvation(answer);
    const io = new FakeIo();
    io.stdin = Readable.from([Buffer.from('[0:00:01] <ada> 🔥\n[0:00:02] <bo> 🔥\n')]);
    expect(await replayCommand.run(['-', '--url', server.url], io)).toBe(0);
    expect(batches(server.seen).flat()).toHaveLength(2);
    expect(io.written.out).toContain('Playing into channel replay: 2 messages');
  });

  it('begins where --from says', async () => {
    await using server = await fakeOvation(answer);
    expect(await replayCommand.run([await chatLog(), '--url', server.url, '--from', '1:30'], new FakeIo())).toBe(0);
    expect(batches(server.seen).flat()).toHaveLength(30);
  });

  it('leaves settings alone that were changed before, or that it is told to keep', async () => {
    for (const [settings, flags] of [
      [{ ...never, customized: true, allowedEmotes: ['🔥'] }, []],
      [never, ['--keep-settings']],
    ] as const) {
      await using server = await fakeOvation((request) => answer(request, settings));
      const io = new FakeIo();
      expect(await replayCommand.run([await chatLog(), '--url', server.url, '--channel', 'mine', ...flags], io)).toBe(
        0,
      );
      expect(server.seen.filter(({ line }) => line.startsWith('PUT'))).toEqual([]);
      const why = flags.length > 0 ? 'as asked; they count 0 %' : 'because they were changed before; they count 50 %';
      expect(io.written.out).toContain(`The settings of the channel stay as they are, ${why} of this log's reactions.`);
    }
  });

  it('sends a batch again, with the same ids, while the server is busy or away', async () => {
    let attempts = 0;
    await using server = await fakeOvation((request) => {
      if (!request.line.endsWith('/messages')) return answer(request);
      attempts += 1;
      if (attempts === 1) return { status: 429, headers: { 'retry-after': '7' } };
      return attempts === 2 ? { status: 503 } : answer(request);
    });
    const io = new FakeIo();
    const slept: number[] = [];
    io.onSleep = (ms) => slept.push(ms);
    expect(await replayCommand.run([await chatLog(), '--url', server.url, '--speed', '1'], io)).toBe(0);
    const [first, second, third] = batches(server.seen);
    expect(second).toEqual(first);
    expect(third).toEqual(first);
    expect(slept.slice(0, 2)).toEqual([7_000, 500]);
    const ids = new Set(batches(server.seen).flatMap((batch) => batch.map(({ id }) => id)));
    expect(ids.size).toBe(120);
  });

  it('gives up when the server stays away, and says how to start one', async () => {
    await using server = await fakeOvation((request) =>
      request.line.endsWith('/messages')
        ? { status: 503, body: { error: { message: 'A part is down' } } }
        : answer(request),
    );
    const io = new FakeIo();
    expect(await replayCommand.run([await chatLog(), '--url', server.url], io)).toBe(1);
    expect(io.written.err).toContain('The server answered 503: A part is down\n');
    expect(server.seen.at(-1)?.line).toBe('DELETE /api/v1/channels/My-stream/broadcasts/current');
    await server[Symbol.asyncDispose]();
    const later = new FakeIo();
    expect(await replayCommand.run([await chatLog(), '--url', server.url], later)).toBe(1);
    expect(later.written).toEqual({
      out: '',
      err: `Nothing answers at ${server.url}: start the server with "npm start" (or name another with --url) and try again\n`,
    });
  });

  it('ends the broadcast on Ctrl+C', async () => {
    await using server = await fakeOvation(answer);
    const io = new FakeIo();
    let ticks = 0;
    io.onSleep = () => {
      ticks += 1;
      if (ticks === 3) io.stopping.abort();
    };
    expect(await replayCommand.run([await chatLog(), '--url', server.url, '--speed', '4'], io)).toBe(130);
    expect(batches(server.seen).flat()).toHaveLength(3);
    expect(server.seen.at(-1)?.line).toBe('DELETE /api/v1/channels/My-stream/broadcasts/current');
    expect(io.written.out).toContain('Stopped: 3 messages sent.');
  });

  it('says why the server refuses', async () => {
    await using server = await fakeOvation(() => ({
      status: 403,
      body: { error: { code: 'forbidden', message: 'Insufficient permissions', details: [] } },
    }));
    const io = new FakeIo();
    expect(await replayCommand.run([await chatLog(), '--url', server.url], io)).toBe(1);
    expect(io.written.err).toContain('does not allow this (Insufficient permissions): give a token');
    expect(server.seen).toHaveLength(1);
  });

  it('plays the messages of a log that names no emote, and leaves the settings as they are', async () => {
    await using server = await fakeOvation(answer);
    const io = new FakeIo();
    const target = await file('plain.txt', '[0:00:01] <ada> well played\n');
    expect(await replayCommand.run([target, '--url', server.url], io)).toBe(0);
    expect(batches(server.seen)[0]).toMatchObject([{ author: 'ada', text: 'well played', emotes: [] }]);
    expect(server.seen.filter(({ line }) => line.startsWith('PUT'))).toEqual([]);
    expect(io.written.out).toContain('The log names no emotes');
  });

  it('says that there is nothing to play, before it touches the server', async () => {
    const late = new FakeIo();
    expect(await replayCommand.run([await chatLog(), '--from', '9:00:00', '--url', 'http://127.0.0.1:1'], late)).toBe(
      1,
    );
    expect(late.written.err).toContain('Nothing is left to play from 9:00:00; its last message is at 0:01:59');
    const broken = new FakeIo();
    expect(await replayCommand.run([await file('empty.json', '')], broken)).toBe(1);
    expect(broken.written.err).toContain('empty.json: The file is empty');
  });

  it.each([
    [[], 'Name exactly one file.'],
    [['a', 'b'], 'Name exactly one file.'],
    [['a', '--speed', '0'], '--speed must be a number above 0'],
    [['a', '--speed', 'fast'], '--speed must be a number above 0'],
    [['a', '--channel', 'no spaces'], '--channel: A channel name is 1 to 64'],
    [['a', '--url', 'localhost:8080'], '--url must be the address of the server'],
    [['a', '--from', 'noon'], '--from must be a stream time'],
    [['a', '--fast'], "Unknown option '--fast'"],
  ])('says what would be right for %j, and a wrong value in one line', async (args, problem) => {
    const io = new FakeIo();
    expect(await replayCommand.run(args, io)).toBe(2);
    expect(io.written.out).toBe('');
    expect(io.written.err).toContain(problem);
    expect(io.written.err.includes('Usage: ovation replay FILE')).toBe(problem.startsWith('Name exactly'));
  });
});

describe('the channel of a file', () => {
  it.each([
    ['/logs/My stream (1).json.gz', 'My-stream-1'],
    ['vod-405029264.bracket.txt.gz', 'vod-405029264.bracket'],
    ['.json', 'replay'],
    ['顯靈.txt', 'replay'],
    [`${'x'.repeat(90)}.log`, 'x'.repeat(64)],
  ])('of %s is %s', (name, channel) => {
    expect(channelOfFile(name)).toBe(channel);
  });
});
