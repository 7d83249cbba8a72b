/**
 * Start and memory of one process with everything embedded (architecture.md 8): from spawn to the first 200 of /health in
 * a fresh folder and again on the same folder, and the resident memory 60 s after the warm start with the demo audience.
 *
 *     node bench/start.ts [--repeats 5] [--seconds 60]
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { median, printMachine } from './machine.ts';
import { startServer } from '../test/server-process.ts';

/** What `npm start` gives Node. */
const NODE_OPTIONS = '--max-semi-space-size=4';
const BARS = { firstMs: 2_000, warmMs: 1_000, rssMb: 350 };

const { values } = parseArgs({
  options: { repeats: { type: 'string', default: '5' }, seconds: { type: 'string', default: '60' } },
});
const repeats = Number(values.repeats);
printMachine(['@electric-sql/pglite', 'lmdb', 'fastify']);

const measured: { firstMs: number; warmMs: number; rssMb: number }[] = [];
for (let repeat = 1; repeat <= repeats; repeat += 1) {
  const folder = await mkdtemp(path.join(tmpdir(), 'ovation-start-'));
  const first = await startServer({ OVATION_DATA_DIR: folder, NODE_OPTIONS });
  await first[Symbol.asyncDispose]();
  const warm = await startServer({ OVATION_DATA_DIR: folder, NODE_OPTIONS });
  await new Promise((resolve) => setTimeout(resolve, Number(values.seconds) * 1_000));
  const rssMb = warm.rssMb();
  await warm[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
  measured.push({ firstMs: first.startMs, warmMs: warm.startMs, rssMb });
  console.log(
    `repeat ${repeat}: first ${first.startMs.toFixed(0)} ms, warm ${warm.startMs.toFixed(0)} ms, RSS ${rssMb.toFixed(0)} MB after ${values.seconds} s`,
  );
}

for (const what of ['firstMs', 'warmMs', 'rssMb'] as const) {
  const middle = median(measured.map((one) => one[what]));
  const holds = middle <= BARS[what];
  console.log(`${what.padEnd(8)} median ${middle.toFixed(0)}, bar ${BARS[what]}: ${holds ? 'holds' : 'DOES NOT HOLD'}`);
  if (!holds) process.exitCode = 1;
}
