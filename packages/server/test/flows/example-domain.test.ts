import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { SignJWT } from 'jose';
import { WebSocket } from 'ws';
import { expect, it, onTestFinished, vi } from 'vitest';
import { type ServerProcess, startServer } from '../../../../test/server-process.ts';

const HOOK = new URL('../example-domain/register.ts', import.meta.url).href;

function signedToken(secret: string, role: string): Promise<string> {
  const jwt = new SignJWT({ id: 'u1', role }).setProtectedHeader({ alg: 'HS256' }).setExpirationTime('1h');
  return jwt.sign(new TextEncoder().encode(secret));
}

async function startWithExample(environment: Record<string, string> = {}): Promise<ServerProcess> {
  const folder = await mkdtemp(path.join(tmpdir(), 'ovation-example-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const server = await startServer({
    OVATION_DATA_DIR: folder,
    OVATION_SIMULATOR: 'off',
    NODE_OPTIONS: `--import=${HOOK}`,
    ...environment,
  });
  onTestFinished(() => server[Symbol.asyncDispose]());
  return server;
}

it('a domain comes in with its folder and one line in each list: table, route, error, topic, metric, consumer', async () => {
  const { url } = await startWithExample();
  const post = (text: string) =>
    fetch(`${url}/api/v1/notes`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ text }),
    });
  expect((await post('We begin at eight')).status).toBe(201);
  const refused = await post('LOUD');
  expect(refused.status).toBe(422);
  expect(await refused.json()).toMatchObject({ error: { code: 'note_refused' } });
  expect((await post('')).status).toBe(400);
  await vi.waitFor(
    async () => {
      const { data, heard } = (await (await fetch(`${url}/api/v1/notes`)).json()) as { data: unknown; heard: unknown };
      expect(data).toEqual([{ id: 1, text: 'We begin at eight' }]);
      expect(heard).toEqual(['We begin at eight']);
    },
    { timeout: 60_000 },
  );
  expect(await (await fetch(`${url}/metrics`)).text()).toContain('example_notes_pinned_total 1');
  const document = (await (await fetch(`${url}/api/v1/openapi.json`)).json()) as {
    paths: Record<string, Record<string, Record<string, unknown>>>;
  };
  expect(document.paths['/api/v1/notes']?.['post']).toMatchObject({
    summary: 'Pin a note',
    'x-permission': 'pin:notes',
  });
});

it('its feed is followed and its frame is said over the socket, a stream and a poll', async () => {
  const { url } = await startWithExample();
  const pin = (text: string) =>
    fetch(`${url}/api/v1/notes`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ text }),
    });
  const socket = new WebSocket(`${url.replace('http', 'ws')}/ws`, 'ovation.v1');
  const heard: Record<string, unknown>[] = [];
  socket.on('message', (data: Buffer) => {
    for (const line of data.toString().split('\n')) heard.push(JSON.parse(line) as Record<string, unknown>);
  });
  await once(socket, 'open');
  const say = (frame: object) => socket.send(JSON.stringify(frame));
  const told = (k: string, count = 1) =>
    vi.waitFor(() => expect(heard.filter((one) => one['k'] === k)).toHaveLength(count), { timeout: 60_000 });
  say({ op: 'hello', subs: [{ ch: 'notes:default' }, { ch: 'notes:secret' }, { ch: 'nothing:here' }] });
  await told('welcome');
  expect(heard[0]).toMatchObject({
    limits: { notePerSecond: 1, noteBurst: 4 },
    subs: {
      'notes:default': { o: 0, recovered: false, snap: { notes: [] } },
      'notes:secret': { code: 103 },
      'nothing:here': { code: 102 },
    },
  });
  await pin('We begin at eight');
  await told('ev');
  expect(heard.find(({ k }) => k === 'ev')).toMatchObject({ o: 1, y: 'note', d: { id: 1, text: 'We begin at eight' } });
  say({ op: 'note', id: 1, note: 1 });
  say({ op: 'note', id: 2, note: 9 });
  say({ op: 'note', id: 3 });
  await told('ok');
  await told('err', 2);
  expect(heard.find(({ k }) => k === 'ok')).toMatchObject({ id: 1, note: { id: 1, text: 'We begin at eight' } });
  expect(heard.filter(({ k }) => k === 'err')).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ id: 2, code: 102, msg: 'There is no note of this number' }),
      expect.objectContaining({ id: 3, code: 100 }),
    ]),
  );
  for (let id = 4; id < 12; id += 1) say({ op: 'note', id, note: 1 });
  await vi.waitFor(() => expect(heard).toContainEqual(expect.objectContaining({ k: 'err', code: 151 })));
  socket.close();

  const polled = await fetch(`${url}/api/v1/feeds/notes:default/events?timeout=0`);
  expect(await polled.json()).toMatchObject({ sub: { o: 1, snap: { notes: [{ id: 1 }] } } });
  expect((await fetch(`${url}/api/v1/feeds/notes:secret/events?timeout=0`)).status).toBe(403);
  expect((await fetch(`${url}/api/v1/feeds/nothing:here/events?timeout=0`)).status).toBe(404);
  const gone = new AbortController();
  const stream = await fetch(`${url}/sse?feed=notes:default`, { signal: gone.signal });
  const { value } = (await stream.body?.getReader().read()) ?? {};
  expect(new TextDecoder().decode(value)).toContain('"snap":{"notes":[{"id":1,"text":"We begin at eight"}]}');
  gone.abort();
});

it('its frame is refused without its permission where tokens are needed', async () => {
  const secret = 'a secret of sixteen bytes or more';
  const { url } = await startWithExample({ ACCESS_TOKEN_SECRET: secret, OVATION_SETTINGS_AUTH: 'token' });
  const ask = async (role: string | undefined) => {
    const token = role && (await signedToken(secret, role));
    const socket = new WebSocket(`${url.replace('http', 'ws')}/ws`, 'ovation.v1');
    await once(socket, 'open');
    socket.send(`${JSON.stringify({ op: 'hello', token })}\n${JSON.stringify({ op: 'note', id: 1, note: 9 })}`);
    const answer = await new Promise<{ code?: number }>((resolve) => {
      socket.on('message', (data: Buffer) => {
        const frame = JSON.parse(data.toString()) as { k: string; code?: number };
        if (frame.k !== 'welcome') resolve(frame);
      });
    });
    socket.close();
    return answer.code;
  };
  expect(await ask(undefined)).toBe(103);
  expect(await ask('viewer')).toBe(103);
  // Permitted, and there is no such note.
  expect(await ask('admin')).toBe(102);
});

it('and the lists that tests and pages are made from hold it', async () => {
  const script = fileURLToPath(new URL('../example-domain/print-lists.ts', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', HOOK, script]);
  const lists = JSON.parse(stdout) as Record<string, string[]>;
  expect(lists['errors']).toContain('note_refused');
  expect(lists['topics']).toContain('note-events');
  // The fuzz test of sockets asks for a generator of each, and docs/reference/sockets.md for a row.
  expect(lists['frames']).toContain('note');
  expect(lists['feeds']).toEqual(['channel', 'notes']);
  expect(lists['permissions']).toContain('POST /api/v1/notes pin:notes');
});
