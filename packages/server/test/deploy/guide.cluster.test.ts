import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { root, toolAt } from '../../../../scripts/deploy/tools.ts';
import { VARIABLES } from '../../src/config/names.ts';
import { blocksOf, type GuideBlock } from '../services/guide-blocks.ts';
import { freePorts } from '../services/service.ts';

const GUIDE = path.join(root, 'docs/guides/cluster.md');
/** What each terminal says when it is ready for the next block. */
const READY: Readonly<Record<number, RegExp>> = { 1: /Ctrl\+C ends the services/ };
const SERVING = /Ovation is (?:ready|running)/;
const FRONT_PORT = '8080';
const STOP_LIMIT_MS = 30_000;
/** CI has run it before it runs this. */
const RUN_BEFORE = 'npm ci\n';

let folder: string;
const running: ChildProcess[] = [];

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'ovation-guide-'));
  chmodSync(folder, 0o755);
  // The checkout, but with `.cache` and `data` of its own: a person may follow the guide in the checkout right now.
  for (const name of readdirSync(root)) {
    if (!['.cache', '.git', 'data', 'deploy'].includes(name))
      symlinkSync(path.join(root, name), path.join(folder, name));
  }
  cpSync(path.join(root, 'deploy'), path.join(folder, 'deploy'), { recursive: true });
  mkdirSync(path.join(folder, '.cache'));
});
afterAll(async () => {
  // The services come last: processes that stop still write to them.
  for (const child of running.toReversed()) await stop(child);
  rmSync(folder, { recursive: true, force: true });
});

function start(text: string): ChildProcess & { printed(): string } {
  const ours = new Set<string>(VARIABLES.map(({ name }) => name));
  const outside = Object.fromEntries(Object.entries(process.env).filter(([name]) => !ours.has(name)));
  const nginx = toolAt('nginx');
  const PATH = [
    path.join(root, 'node_modules/.bin'),
    ...(nginx ? [path.dirname(nginx)] : []),
    process.env['PATH'],
  ].join(':');
  // A group of its own, as a terminal has: npm and npx stand before what they start.
  const child = spawn('bash', ['-e', '-c', text], {
    cwd: folder,
    env: { ...outside, PATH },
    detached: true,
  });
  let printed = '';
  child.stdout.on('data', (data) => (printed += data));
  child.stderr.on('data', (data) => (printed += data));
  return Object.assign(child, { printed: () => printed });
}

/** As Ctrl+C does: every process of the terminal hears it. */
async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const group = -child.pid;
  const late = setTimeout(() => process.kill(group, 'SIGKILL'), STOP_LIMIT_MS);
  process.kill(group, 'SIGINT');
  await once(child, 'close');
  clearTimeout(late);
}

async function runToEnd({ text }: GuideBlock): Promise<string> {
  const child = start(text);
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`This ended with ${code}:\n${text}\n${child.printed()}`);
  return child.printed();
}

/** It says nothing when it is ready. */
function isFront({ text }: Pick<GuideBlock, 'text'>): boolean {
  return text.includes('nginx -p');
}

async function keepRunning({ terminal = 0, text }: GuideBlock): Promise<void> {
  const child = start(text);
  running.push(child);
  const ready = READY[terminal] ?? SERVING;
  await expect
    .poll(() => child.exitCode !== null || isFront({ text }) || ready.test(child.printed()), { timeout: 120_000 })
    .toBe(true);
  if (child.exitCode !== null) throw new Error(`This ended:\n${text}\n${child.printed()}`);
}

/** Each port of the guide becomes a free one, also in the file of the front. */
async function freePortsFor(markdown: string): Promise<(text: string) => string> {
  const ports = [FRONT_PORT, ...Array.from(markdown.matchAll(/PORT=(\d{4})/g), ([, port = '']) => port)];
  const free = await freePorts(ports.length);
  return (text) => ports.reduce((done, port, index) => done.replaceAll(port, String(free[index])), text);
}

async function answersTo(address: string): Promise<boolean> {
  return (await fetch(address).catch(() => undefined))?.ok ?? false;
}

async function runBlocks(blocks: readonly GuideBlock[]): Promise<string[]> {
  const ended: string[] = [];
  for (const block of blocks) {
    if (block.terminal === undefined) ended.push(await runToEnd(block));
    else if (toolAt('nginx') || !isFront(block)) await keepRunning(block);
  }
  return ended;
}

let frontUrl = '';

it('every command of docs/guides/cluster.md runs, and demo moments are seen at both gateways and at the API (S0-06)', async () => {
  const guide = readFileSync(GUIDE, 'utf8');
  const onFreePorts = await freePortsFor(guide);
  frontUrl = onFreePorts(`http://127.0.0.1:${FRONT_PORT}`);
  const front = path.join(folder, 'deploy/nginx/local.conf');
  writeFileSync(front, onFreePorts(readFileSync(front, 'utf8')));
  const [first, ...blocks] = blocksOf(onFreePorts(guide));
  expect(first?.text).toBe(RUN_BEFORE);
  expect(blocks.map(({ terminal }) => terminal).filter(Boolean)).toEqual([1, 2, 3, 4, 5, 6, 7]);
  const [doctor = '', seen = ''] = await runBlocks(blocks);
  expect(doctor).toMatch(/\n0 problems, /);
  const lines = seen.split('\n');
  for (const line of lines.slice(0, 2)) expect(line).toMatch(/"y":"moment".*"channel":"demo"/);
  expect(JSON.parse(lines[2] ?? '')).toMatchObject({ data: [{ channel: 'demo' }] });
  const folders = ['analyzer-1', 'analyzer-2', 'api', 'gateway-1', 'gateway-2'];
  expect(readdirSync(path.join(folder, 'data')).toSorted()).toEqual(folders);
});

it.skipIf(!toolAt('nginx'))('its front has the API and the gateways at one address (needs nginx)', async () => {
  await expect.poll(() => answersTo(`${frontUrl}/settings/interval`), { timeout: 60_000 }).toBe(true);
  expect(await answersTo(`${frontUrl}/api/v1/channels/demo/events`)).toBe(true);
});
