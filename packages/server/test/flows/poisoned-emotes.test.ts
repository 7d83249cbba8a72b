import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { FRAME_ERRORS, type Moment, NATIVE_SUBPROTOCOL, partitionOf, topicSpecs, TOPICS } from '@ovation/protocol';
import { SignJWT } from 'jose';
import { expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { runOvation } from '../../../../test/server-process.ts';
import { openLmdbEventLog } from '../../src/adapters/lmdb/event-log.ts';
import { HOSTILE_EMOTES } from '../support/hostile-emotes.ts';
import { createManualClock } from '../support/manual-clock.ts';
import { serverProcesses, until } from '../support/server-processes.ts';

/** docs/decisions/doors.md D1: one emote key that the database refuses stopped every channel of a partition. */

const { afterTest, newFolder, start } = serverProcesses();
const PARTITIONS = topicSpecs('embedded').find(({ name }) => name === TOPICS.activity)?.partitions ?? 0;
const TOKEN_MODE = { ACCESS_TOKEN_SECRET: 'a secret that nobody else has', OVATION_SETTINGS_AUTH: 'token' };
const STRANGERS = 60;

function ownersToken(): Promise<string> {
  const jwt = new SignJWT({ id: 'owner', role: 'admin' }).setProtectedHeader({ alg: 'HS256' }).setExpirationTime('1h');
  return jwt.sign(new TextEncoder().encode(TOKEN_MODE.ACCESS_TOKEN_SECRET));
}

/** Another channel whose records are in the same partition. */
function neighbourOf(channel: string): string {
  const partition = partitionOf(channel, PARTITIONS);
  for (let n = 0; ; n += 1) if (partitionOf(`neighbour${n}`, PARTITIONS) === partition) return `neighbour${n}`;
}

async function momentsOf(url: string, channel: string): Promise<Moment[]> {
  const response = await fetch(`${url}/api/v1/channels/${channel}/moments`);
  if (response.status !== 200) return [];
  const { data } = (await response.json()) as { data: Moment[] }; // the server checks its answers
  return data;
}

async function readiness(url: string): Promise<unknown> {
  const response = await fetch(`${url}/ready`);
  return [response.status, await response.json()];
}

const READY = [200, { status: 'ready', reasons: [] }];

/** A connection that nobody vouches for, as any stranger opens it. */
async function follow(url: string, channel: string) {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/ws`, [NATIVE_SUBPROTOCOL]);
  const frames: { k: string; code?: number; id?: number; sub?: { c: number } }[] = [];
  socket.on('message', (data: Buffer) => {
    const texts = data.toString().split('\n');
    frames.push(...texts.filter(Boolean).map((text) => JSON.parse(text) as (typeof frames)[number]));
  });
  afterTest(() => socket.terminate());
  await new Promise((resolve) => socket.once('open', resolve));
  const say = (...said: object[]) => socket.send(said.map((frame) => JSON.stringify(frame)).join('\n'));
  say({ op: 'hello' });
  await until(() => expect(frames.map(({ k }) => k)).toContain('welcome'));
  say({ op: 'sub', id: 1, ch: `channel:${channel}` });
  await until(() => expect(frames.find(({ id }) => id === 1)?.k).toBe('ok'));
  const c = frames.find(({ id }) => id === 1)?.sub?.c;
  return { frames, react: (e: string, n: number) => say({ op: 'react', c, e, n }) };
}

it('sixty strangers with keys that are no emotes harm nobody: the channels of the partition go on (D1)', async () => {
  const folder = await newFolder();
  const { url } = await start(folder, TOKEN_MODE);
  const neighbour = neighbourOf('default');
  const timestamp = new Date().toISOString();
  const emote = (body: object) =>
    fetch(`${url}/emotes`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ timestamp, ...body }),
    });
  // Only the owner makes channels where tokens are needed (D4).
  const made = await fetch(`${url}/api/v1/channels`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${await ownersToken()}` },
    body: JSON.stringify({ name: neighbour }),
  });
  expect(made.status).toBe(201);
  const strangers = await Promise.all(Array.from({ length: STRANGERS }, () => follow(url, 'default')));
  for (const { react } of strangers) for (const hostile of HOSTILE_EMOTES) react(hostile, 1);
  // Refusals are told four times a second at most.
  for (const { frames } of strangers) {
    await until(() => expect(frames.find(({ k }) => k === 'err')?.code).toBe(FRAME_ERRORS.badRequest));
  }
  const answers = await Promise.all(HOSTILE_EMOTES.map((hostile) => emote({ emote: hostile })));
  expect(answers.map(({ status }) => status)).toEqual(HOSTILE_EMOTES.map(() => 400));
  const { react } = await follow(url, neighbour);
  const hasMoment = async () => {
    react('🔥', 20);
    await pause(500);
    return (await momentsOf(url, neighbour)).some(({ display }) => display === '🔥');
  };
  while (!(await hasMoment()));
  expect(await readiness(url)).toEqual(READY);
  const { stdout } = await runOvation(['log', 'activity'], { OVATION_DATA_DIR: folder });
  expect(stdout.match(/"e":\{[^}]+\}|"e":"[^"]+"/g)).toEqual(
    expect.arrayContaining([expect.stringContaining('unicode:1f525')]),
  );
  expect(stdout).not.toMatch(/unicode:(?!1f525")/);
});

/** The log of a server that took `unicode:0`: a rise of the whole audience by it, and then another channel. */
async function writePoisonedLog(folder: string, neighbour: string): Promise<void> {
  const clock = createManualClock(Date.now() - 900_000);
  await using eventLog = await openLmdbEventLog({ folder: path.join(folder, 'log'), clock });
  for (const spec of topicSpecs('embedded')) await eventLog.createTopic(spec);
  const partition = partitionOf('default', PARTITIONS);
  let seq = 0;
  const write = (channel: string, e: Record<string, number>, r: number) => {
    clock.advance(1_000);
    const value = JSON.stringify({
      k: 'd',
      src: 'g',
      seq: seq++,
      t: clock.now(),
      ch: { [channel]: { e, r, m: 0, a: 0, f: {} } },
    });
    return eventLog.append(TOPICS.activity, [{ partition, value }]);
  };
  for (let second = 0; second < 240; second += 1) await write('default', { 'unicode:1f525': 3 + (second % 3) }, 4);
  for (let second = 0; second < 30; second += 1) await write('default', { 'unicode:0': 60 }, 60);
  for (let second = 0; second < 60; second += 1) await write('default', { 'unicode:1f525': 4 }, 4);
  await write(neighbour, { 'unicode:1f525': 40 }, 40);
}

it('the log of an older version that took such keys is got over at the next start (D1)', async () => {
  const folder = await newFolder();
  const neighbour = neighbourOf('default');
  await writePoisonedLog(folder, neighbour);
  const { url } = await start(folder);
  await fetch(`${url}/api/v1/channels`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: neighbour }),
  });
  await until(async () => {
    const moments = await momentsOf(url, neighbour);
    expect(moments.map(({ display }) => display)).toContain('🔥');
  });
  const surges = (await momentsOf(url, 'default')).filter(({ detector }) => detector === 'surge');
  expect(surges.map(({ reasons }) => reasons?.reactions[0]?.reaction)).toContain('other emotes');
  expect(await readiness(url)).toEqual(READY);
});
