/**
 * What a probe waits for `GET /health` while strangers do what they did (docs/decisions/doors.md): the server on core 0, the
 * attackers on core 1, the probe where there is room. Each question has a connection of its own, as an orchestrator's has.
 *
 *     node bench/attacked.ts [--seconds 15] [--repeats 3] [--only D5]
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startServer } from '../test/server-process.ts';
import { ATTACKS, type AttackName } from './attacks.ts';
import { median, printMachine } from './machine.ts';

const BAR_MS = 250;
const PROBE_EVERY_MS = 20;
const SETTLE_MS = 2_000;
/** A probe that waits longer has failed for every orchestrator. */
const PROBE_TIMEOUT_MS = 10_000;

const { values: options } = parseArgs({
  options: {
    seconds: { type: 'string', default: '15' },
    repeats: { type: 'string', default: '3' },
    only: { type: 'string' },
  },
});

interface Waits {
  /** ms, shortest first */
  readonly sorted: readonly number[];
  readonly failed: number;
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

function probe(url: string): Promise<number | undefined> {
  const startedAt = performance.now();
  return new Promise((resolve) => {
    const request = get(`${url}/health`, { agent: false, timeout: PROBE_TIMEOUT_MS }, (answer) => {
      answer.resume().once('end', () => resolve(performance.now() - startedAt));
      answer.once('error', () => resolve(undefined));
    });
    request.once('timeout', () => request.destroy());
    request.once('error', () => resolve(undefined));
  });
}

/** Asks at a fixed rate, whether or not the answers before have come: a slow answer must not hide the next ones. */
async function probeFor(url: string, seconds: number): Promise<Waits> {
  const asked: Promise<number | undefined>[] = [];
  for (const until = performance.now() + seconds * 1_000; performance.now() < until; await pause(PROBE_EVERY_MS)) {
    asked.push(probe(url));
  }
  const waits = await Promise.all(asked);
  // What was not answered counts as an endless wait.
  const sorted = waits.map((wait) => wait ?? Number.POSITIVE_INFINITY).toSorted((a, b) => a - b);
  return { sorted, failed: waits.filter((wait) => wait === undefined).length };
}

function startAttack(name: AttackName, url: string): ChildProcess {
  const file = fileURLToPath(new URL('attacks.ts', import.meta.url));
  return fork(file, [name, url], { execPath: 'taskset', execArgv: ['-c', '1', process.execPath] });
}

async function attacked(name: AttackName): Promise<Waits & { attempts: number }> {
  const folder = await mkdtemp(join(tmpdir(), 'ovation-attacked-'));
  const { environment, launcher } = ATTACKS[name];
  const settings = { OVATION_DATA_DIR: folder, ...environment };
  await using server = await startServer(settings, [], ['taskset', '-c', '0', ...launcher]);
  const attack = startAttack(name, server.url);
  let attempts = 0;
  attack.on('message', (count) => (attempts = Number(count)));
  await pause(SETTLE_MS);
  const waits = await probeFor(server.url, Number(options.seconds));
  attack.kill('SIGKILL');
  await once(attack, 'exit');
  await server[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
  return { ...waits, attempts };
}

const share = (sorted: readonly number[], q: number) => sorted[Math.ceil(sorted.length * q) - 1] ?? Number.NaN;
const shown = (ms: number) => ms.toFixed(1).padStart(7);

printMachine();
console.log(
  `\n${options.seconds} s each, a question every ${PROBE_EVERY_MS} ms; bar p99 ${BAR_MS} ms; no answer = endless\n`,
);
console.log('row  repeat     p50     p99     max  asked  failed  attempts  attack');
for (const name of Object.keys(ATTACKS) as AttackName[]) {
  if (options.only !== undefined && options.only !== name) continue;
  const p99s: number[] = [];
  for (let repeat = 1; repeat <= Number(options.repeats); repeat += 1) {
    const { attempts, failed, sorted } = await attacked(name);
    p99s.push(share(sorted, 0.99));
    const times = [0.5, 0.99, 1].map((q) => shown(share(sorted, q))).join(' ');
    const counts = `${String(sorted.length).padStart(6)} ${String(failed).padStart(7)} ${String(attempts).padStart(9)}`;
    console.log(`${name.padEnd(4)} ${String(repeat).padStart(6)} ${times} ${counts}  ${ATTACKS[name].what}`);
  }
  const holds = median(p99s) <= BAR_MS;
  if (!holds) process.exitCode = 1;
  console.log(`${name.padEnd(4)} median p99 ${shown(median(p99s)).trim()} ms: ${holds ? 'holds' : 'does not hold'}\n`);
}
