/**
 * Five processes over Kafka, Redis and PostgreSQL on this machine: how long a change takes to a viewer on another node, and how
 * long reactions take to be a moment on a viewer's socket (bar p99 500 ms).
 *
 *     node bench/cluster-latency.ts [--entries 300] [--moments 60]
 *
 * A change is one of settings: from the request to the frame at a socket of a gateway. Request, transaction and commit are in
 * the figure, so it is an upper bound of the time from the commit (bars p50 5 ms, p99 25 ms), of which only the p99 can be shown
 * by it. One clock measures: the clocks of the processes differ by some ms. A moment: from the request with the reaction that
 * reaches the interval to the classic frame.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { WebSocket } from 'ws';
import { ENGINES, openEngines } from '../packages/server/test/services/engine-list.ts';
import { ClassicClient } from '../test/classic-client.ts';
import { printMachine } from './machine.ts';

const { values } = parseArgs({
  options: { entries: { type: 'string', default: '300' }, moments: { type: 'string', default: '60' } },
});
const PAUSE_MS = 30;

printMachine(['@platformatic/kafka', 'ioredis', 'pg']);
const folder = await mkdtemp(path.join(tmpdir(), 'ovation-latency-'));
await using engines = await openEngines(ENGINES.filter(({ serves }) => serves !== undefined));
for (const { address, spec } of engines.list) process.env[spec.variable] = address;
process.env['OVATION_TEST_LAYOUT'] = 'five';
// Read now: it takes the layout from the variable.
const { startServer } = await import('../test/server-process.ts');
const server = await startServer({
  OVATION_DATA_DIR: path.join(folder, 'data'),
  OVATION_SIMULATOR: 'off',
  OVATION_LIMITS: 'off',
});
try {
  await measureEntries(Number(values.entries));
  await measureMoments(Number(values.moments));
} finally {
  await server[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
}

function put(interval: number, channel: string): Promise<Response> {
  return fetch(`${server.url}/settings/interval?streamerId=${channel}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ interval }),
  });
}

async function measureEntries(count: number): Promise<void> {
  await put(10, 'latency');
  const socket = new WebSocket(`${server.url.replace('http', 'ws')}/ws`, ['ovation.v1']);
  const took: number[] = [];
  /** when the changes were asked for whose frames have not come */
  const sent: number[] = [];
  const opened = Promise.withResolvers<void>();
  socket.on('open', () => socket.send(JSON.stringify({ op: 'hello', subs: [{ ch: 'channel:latency' }] })));
  socket.on('message', (data: Buffer) => {
    const now = performance.now();
    for (const line of data.toString().split('\n')) {
      // Frames of our own server.
      const frame = JSON.parse(line) as { k: string; y?: string };
      if (frame.k === 'welcome') opened.resolve();
      if (frame.k === 'ev' && frame.y === 'settings') took.push(now - (sent.shift() ?? Number.NaN));
    }
  });
  await opened.promise;
  for (let n = 0; n < count; n += 1) {
    sent.push(performance.now());
    await put(11 + (n % 2), 'latency');
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  socket.close();
  report('change → viewer on another node', took, 25);
}

async function measureMoments(count: number): Promise<void> {
  const took: number[] = [];
  for (let n = 0; n < count; n += 1) {
    const channel = `moment-${n}`;
    await put(4, channel);
    const client = await ClassicClient.connect(server.url, `?streamerId=${channel}`);
    const body = JSON.stringify({ emote: '🔥', timestamp: new Date().toISOString(), streamerId: channel });
    const react = () =>
      fetch(`${server.url}/emotes`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    for (let emote = 1; emote < 4; emote += 1) await react();
    const sentAt = performance.now();
    await react();
    await client.untilMoments(1);
    took.push(performance.now() - sentAt);
    await client.close();
  }
  report('reaction → moment on a socket', took, 500);
}

function report(what: string, took: readonly number[], p99: number): void {
  const sorted = took.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
  const holds = at(0.99) <= p99;
  console.log(
    `${what}: ${took.length} times, p50 ${at(0.5).toFixed(1)} ms, p99 ${at(0.99).toFixed(1)} ms, most ${at(1).toFixed(1)} ms; bar p99 ${p99} ms: ${holds ? 'holds' : 'DOES NOT HOLD'}`,
  );
  if (!holds) process.exitCode = 1;
}
