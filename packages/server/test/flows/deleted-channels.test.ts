import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { runOvation, startServer, type ServerProcess } from '../../../../test/server-process.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'ovation-deleted-'));
});
afterEach(() => rm(folder, { recursive: true }));

const start = () => startServer({ OVATION_DATA_DIR: folder, OVATION_SIMULATOR: 'off' });
const ovation = (...args: string[]) => runOvation(args, { OVATION_DATA_DIR: folder });

/** @param door such as `GET /channels`, below `/api/v1` */
async function call({ url }: ServerProcess, door: string, body?: unknown) {
  const [method = '', address = ''] = door.split(' ');
  const response = await fetch(`${url}${address.startsWith('/emotes') ? '' : '/api/v1'}${address}`, {
    method,
    ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const answer: unknown = text === '' ? undefined : JSON.parse(text);
  return { status: response.status, body: answer };
}

const batch = (n: number, run: string) => ({
  reactions: Array.from({ length: n }, (_, index) => ({
    id: `${run}-${index}`,
    emote: '🔥',
    occurredAt: new Date().toISOString(),
  })),
});
const emote = (streamerId: string) => ({ emote: '🔥', timestamp: new Date().toISOString(), streamerId });

async function momentsOf(server: ServerProcess): Promise<unknown[]> {
  const { body } = await call(server, 'GET /channels/show/moments');
  return (body as { data?: unknown[] }).data ?? [];
}

/** Makes the channel and fills it with everything that a channel can have. */
async function lively(server: ServerProcess): Promise<void> {
  await call(server, 'POST /channels', { name: 'show' });
  await call(server, 'PUT /channels/show/settings', { interval: 2, threshold: 0.1 });
  await call(server, 'POST /channels/show/broadcasts', { title: 'Friday' });
  const named = { id: 'named', emote: 'Kappa', alias: 'K', occurredAt: new Date().toISOString() };
  await call(server, 'POST /channels/show/reactions', { reactions: [named] });
  await call(server, 'POST /channels/show/reactions', batch(9, 'first'));
  while ((await momentsOf(server)).length === 0);
}

/** Rows of every table that name the channel. */
async function rowsOf(): Promise<Record<string, number>> {
  const counts = {
    channels: 'channels where name',
    channel_settings: 'channel_settings where channel',
    broadcasts: 'broadcasts where channel',
    emote_aliases: 'emote_aliases where channel',
    significant_moments: 'significant_moments where channel',
    audience_moments: 'audience_moments where channel',
    activity_windows: 'activity_windows where channel',
    late_counts: 'late_counts where channel',
  };
  const columns = Object.entries(counts).map(
    ([name, from]) => `(select count(*)::int from ${from} = 'show') as ${name}`,
  );
  const { stdout } = await ovation('sql', `select ${columns.join(', ')}`, '--json');
  return (JSON.parse(stdout) as Record<string, number>[])[0] ?? {};
}

const sumOf = (rows: Record<string, number>) => Object.values(rows).reduce((sum, n) => sum + n, 0);

it('an archived channel is hidden, takes nothing new and stays readable, until it is restored (D4)', async () => {
  await using server = await start();
  await lively(server);
  expect(await call(server, 'POST /channels/show/archive')).toMatchObject({
    status: 200,
    body: { name: 'show', live: null, archivedAt: expect.stringMatching(/Z$/) },
  });
  const names = async (query: string) => {
    const { body } = await call(server, `GET /channels${query}`);
    return (body as { data: { name: string }[] }).data.map(({ name }) => name);
  };
  expect([await names(''), await names('?archived=true')]).toEqual([['default'], ['show']]);
  const refused = { status: 409, body: { error: { code: 'channel_archived' } } };
  const now = new Date().toISOString();
  const chat = { messages: [{ id: '1', author: 'a', text: 'hi', occurredAt: now }] };
  expect(await call(server, 'POST /channels/show/reactions', batch(1, 'late'))).toMatchObject(refused);
  expect(await call(server, 'POST /channels/show/messages', chat)).toMatchObject(refused);
  expect(await call(server, 'POST /channels/show/broadcasts', {})).toMatchObject(refused);
  expect(await call(server, 'POST /emotes', emote('show'))).toEqual({
    status: 409,
    body: { error: 'Channel show is archived: it takes nothing new' },
  });
  expect(await momentsOf(server)).not.toHaveLength(0);
  expect(await call(server, 'POST /channels/show/restore')).toMatchObject({ status: 200, body: { name: 'show' } });
  expect(await call(server, 'POST /channels/show/reactions', batch(1, 'again'))).toMatchObject({ status: 202 });
  expect(await call(server, 'POST /channels/nobody/archive')).toMatchObject({ status: 404 });
});

it('a deleted channel is gone with all it had, tells its viewers, and begins empty when it is made again (D4)', async () => {
  {
    await using server = await start();
    await lively(server);
    const stopping = new AbortController();
    const stream = await fetch(`${server.url}/sse?feed=channel:show`, { signal: stopping.signal });
    const heard = (async () => {
      let text = '';
      const decoder = new TextDecoder();
      for await (const chunk of stream.body ?? []) {
        text += decoder.decode(chunk, { stream: true });
        if (text.includes('"state":"deleted"')) return true;
      }
      return false;
    })();
    expect(await call(server, 'DELETE /channels/show')).toEqual({ status: 204, body: undefined });
    expect(await heard).toBe(true);
    stopping.abort();
    expect(await rowsOf()).toSatisfy((rows: Record<string, number>) => sumOf(rows) === 0);
    expect(await call(server, 'GET /channels/show')).toMatchObject({ status: 404 });
    expect(await call(server, 'DELETE /channels/show')).toMatchObject({ status: 404 });
    await call(server, 'POST /channels', { name: 'show' });
    expect(await momentsOf(server)).toEqual([]);
    expect(await call(server, 'GET /channels/show/settings')).toMatchObject({
      body: { interval: 30, customized: false },
    });
    expect(await call(server, 'GET /channels/show/broadcasts')).toMatchObject({ body: { data: [] } });
    expect(await call(server, 'POST /channels/show/settings/preview', { interval: 1 })).toMatchObject({
      body: { moments: 0, reactions: 0 },
    });
    // The same minute again: what is told now has names of its own.
    await lively(server);
    expect(await momentsOf(server)).not.toHaveLength(0);
    await call(server, 'DELETE /channels/show');
  }
  {
    await using server = await start();
    expect(sumOf(await rowsOf())).toBe(0);
    expect(await call(server, 'GET /channels')).toMatchObject({ body: { data: [{ name: 'default' }] } });
  }
  const { code, stdout } = await ovation('rebuild', '--from', '0');
  expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('Equal.') });
  await using _server = await start();
  expect(sumOf(await rowsOf())).toBe(0);
});

it('ovation channels works on a running server and on a folder at rest (D4)', async () => {
  const listed = async () => {
    const { stdout } = await ovation('channels', 'list', '--json');
    return (JSON.parse(stdout) as { name: string; archivedAt?: string }[]).map(({ archivedAt, name }) =>
      archivedAt === undefined ? name : `${name} (archived)`,
    );
  };
  {
    await using server = await start();
    await lively(server);
    expect(await ovation('channels', 'create', 'mine')).toMatchObject({
      code: 0,
      stdout: 'Channel mine is created.\n',
    });
    expect(await ovation('channels', 'archive', 'mine')).toMatchObject({ code: 0 });
    expect(await listed()).toEqual(['default', 'show', 'mine (archived)']);
    expect(await ovation('channels', 'delete', 'nobody')).toEqual({
      code: 1,
      stdout: '',
      stderr: 'There is no channel nobody\n',
    });
  }
  expect(await ovation('channels', 'restore', 'mine')).toMatchObject({ code: 0 });
  expect(await ovation('channels', 'delete', 'show')).toMatchObject({ code: 0, stdout: 'Channel show is deleted.\n' });
  expect(await ovation('channels', 'delete', 'nobody')).toMatchObject({
    code: 1,
    stderr: 'There is no channel nobody\n',
  });
  expect(await listed()).toEqual(['default', 'mine']);
  await using server = await start();
  expect(sumOf(await rowsOf())).toBe(0);
  expect(await call(server, 'DELETE /channels/default')).toMatchObject({ status: 204 });
  expect(await listed()).toEqual(['default', 'mine']);
});
