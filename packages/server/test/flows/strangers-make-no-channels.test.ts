import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { topicSpecs, TOPICS } from '@ovation/protocol';
import { SignJWT } from 'jose';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ClassicClient } from '../../../../test/classic-client.ts';
import { runOvation, startServer, type ServerProcess } from '../../../../test/server-process.ts';
import { openLmdbEventLog } from '../../src/adapters/lmdb/event-log.ts';
import { createSystemClock } from '../../src/adapters/system/clock.ts';
import { BRIDGE_GROUP } from '../../src/stream/bridge.ts';

const SECRET = 'a secret of at least thirty-two bytes';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'ovation-strangers-'));
});
afterEach(() => rm(folder, { recursive: true }));

const start = (settings: Record<string, string>) =>
  startServer({ OVATION_DATA_DIR: folder, OVATION_SIMULATOR: 'off', ...settings });
const withTokens = { OVATION_SETTINGS_AUTH: 'token', ACCESS_TOKEN_SECRET: SECRET };

function tokenOf(claims: { role: string; streamerId?: string }): Promise<string> {
  const token = new SignJWT({ id: 'someone', ...claims }).setProtectedHeader({ alg: 'HS256' });
  return token.setExpirationTime('1h').sign(new TextEncoder().encode(SECRET));
}

/** @param door such as `GET /health` */
async function call({ url }: ServerProcess, door: string, body?: unknown, token?: string) {
  const [method = '', address = ''] = door.split(' ');
  const headers = { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) };
  const response = await fetch(`${url}${address}`, {
    method,
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const answer: unknown = await response.json();
  return { status: response.status, body: answer };
}

async function namesOf(server: ServerProcess): Promise<string[]> {
  const { body } = await call(server, 'GET /api/v1/channels');
  return (body as { data: { name: string }[] }).data.map(({ name }) => name);
}

const emote = (streamerId: string) => ({ emote: '🔥', timestamp: new Date().toISOString(), streamerId });

it('with tokens, a caller without the right to makes no channel at any door (D4)', async () => {
  await using server = await start(withTokens);
  const now = new Date().toISOString();
  const batch = { reactions: [{ id: '1', emote: '🔥', occurredAt: now }] };
  const chat = { messages: [{ id: '1', author: 'a', text: 'hi', occurredAt: now }] };
  expect(await call(server, 'POST /emotes', emote('mine'))).toEqual({
    status: 401,
    body: { error: 'Unauthorized' },
  });
  expect(await call(server, 'POST /emotes', emote('default'))).toMatchObject({ status: 202 });
  expect(await call(server, 'POST /api/v1/channels/mine/reactions', batch)).toMatchObject({ status: 404 });
  const moderator = await tokenOf({ role: 'moderator' });
  expect(await call(server, 'POST /api/v1/channels/mine/messages', chat, moderator)).toMatchObject({ status: 404 });
  expect(await call(server, 'POST /emotes', emote('mine'), moderator)).toEqual({
    status: 403,
    body: { error: 'Insufficient permissions' },
  });
  for (const [door, body] of [
    ['POST /api/v1/channels', { name: 'mine' }],
    ['PUT /api/v1/channels/mine/settings', { interval: 3 }],
    ['POST /api/v1/channels/mine/broadcasts', {}],
    ['PUT /settings/interval?streamerId=mine', { interval: 3 }],
  ] as const) {
    expect(await call(server, door, body)).toMatchObject({ status: 401 });
    expect(await call(server, door, body, moderator)).toMatchObject({ status: 403 });
  }
  const socket = await ClassicClient.connect(server.url, `?streamerId=mine&token=${moderator}`);
  socket.send(JSON.stringify({ type: 'settings', data: { interval: 3 } }));
  const [, answer] = await socket.until((frames) => frames.length > 1);
  expect(answer).toEqual({ error: expect.stringContaining('There is no channel mine') });
  await socket.close();
  expect(await namesOf(server)).toEqual(['default']);
  const streamer = await tokenOf({ role: 'streamer', streamerId: 'mine' });
  expect(await call(server, 'POST /emotes', emote('other'), streamer)).toMatchObject({ status: 403 });
  expect(await call(server, 'POST /emotes', emote('mine'), streamer)).toMatchObject({ status: 202 });
  expect(await namesOf(server)).toEqual(['default', 'mine']);
});

it('with tokens, a record that others wrote to the raw topic makes no channel and becomes a dead letter (D4)', async () => {
  {
    await using eventLog = await openLmdbEventLog({ folder: path.join(folder, 'log'), clock: createSystemClock() });
    for (const spec of topicSpecs('embedded')) await eventLog.createTopic(spec);
    const ends = await eventLog.endOffsets(TOPICS.rawEmoteData);
    await eventLog.commit(BRIDGE_GROUP, TOPICS.rawEmoteData, new Map(ends.map((_end, partition) => [partition, 0])));
    for (const name of ['one', 'default']) {
      await eventLog.append(TOPICS.rawEmoteData, [{ key: name, value: JSON.stringify(emote(name)) }]);
    }
  }
  await using server = await start(withTokens);
  const letters = async () => {
    const { stdout } = await runOvation(['dead-letters', 'list', '--json'], { OVATION_DATA_DIR: folder });
    return JSON.parse(stdout) as { cause: string }[];
  };
  while ((await letters()).length === 0);
  expect(await letters()).toMatchObject([{ cause: expect.stringContaining('There is no channel one') }]);
  expect(await namesOf(server)).toEqual(['default']);
});

it('on an open server, everyone makes channels up to a cap, and the owner of the folder beyond it (D4, D16)', async () => {
  const most = 12;
  await using server = await start({ OVATION_LIMITS: `new-channels=${most}/3600` });
  const statuses = new Map<number, number>();
  for (let n = 0; n <= most; n += 1) {
    const { status } = await call(server, 'POST /emotes', emote(`c${n}`));
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
  }
  expect(statuses).toEqual(
    new Map([
      [202, most],
      [429, 1],
    ]),
  );
  expect(await call(server, 'POST /emotes', emote('late'))).toEqual({
    status: 429,
    body: { error: 'Too many new channels from this IP', retryAfter: expect.any(Number) },
  });
  expect(await call(server, 'POST /emotes', emote('c0'))).toMatchObject({ status: 202 });
  expect(await namesOf(server)).toHaveLength(most + 1);
  expect(await runOvation(['channels', 'create', 'late'], { OVATION_DATA_DIR: folder })).toMatchObject({ code: 0 });
  expect(await call(server, 'POST /emotes', emote('late'))).toMatchObject({ status: 202 });
});
