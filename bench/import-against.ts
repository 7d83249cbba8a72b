/**
 * The import of this checkout beside that of an earlier commit, in one process and in turns: the ratio of the medians of
 * processor time a message, for each of four heavy formats. What else the machine does hits both sides.
 *
 *     node bench/import-against.ts --base FOLDER [--messages 400000] [--runs 9] [--format NAME] [--bar 0.95]
 *
 * FOLDER is a worktree of the other commit with its packages installed.
 */
import path from 'node:path';
import { parseArgs } from 'node:util';
import { importChat } from '../packages/formats/src/index.ts';
import { logShapes } from './log-shapes.ts';
import { median, printMachine } from './machine.ts';

const { values } = parseArgs({
  options: {
    base: { type: 'string' },
    messages: { type: 'string', default: '400000' },
    runs: { type: 'string', default: '9' },
    format: { type: 'string' },
    bar: { type: 'string', default: '0.95' },
  },
});
const PIECE_BYTES = 65_536;

if (values.base === undefined) {
  console.error('Name the worktree of an earlier commit: import-against --base FOLDER');
  process.exitCode = 2;
} else {
  const file = path.resolve(values.base, 'packages/formats/src/index.ts');
  // The same package, as it was at the other commit.
  const base = (await import(file)) as { importChat: typeof importChat };
  printMachine([]);
  for (const shape of logShapes.filter(({ name }) => name === (values.format ?? name))) {
    const count = Number(values.messages);
    const messages = Array.from({ length: count }, (_, number) => shape.message(number)).join(shape.between);
    await compare(shape.name, Buffer.from(`${shape.begin}${messages}${shape.end}`), [base.importChat, importChat]);
  }
}

async function compare(name: string, log: Buffer, sides: readonly [typeof importChat, typeof importChat]) {
  const costs: [base: number[], here: number[]] = [[], []];
  for (let run = -1; run < Number(values.runs); run += 1) {
    for (const side of run % 2 === 0 ? ([0, 1] as const) : ([1, 0] as const)) {
      const cost = await costOf(log, sides[side]);
      // The first run of each side warms up.
      if (run >= 0) costs[side].push(cost);
    }
  }
  const [base, here] = costs;
  const ratio = median(base) / median(here);
  const each = here.map((cost, run) => ((base[run] ?? Number.NaN) / cost).toFixed(2)).join(' ');
  const holds = ratio >= Number(values.bar);
  console.log(
    `${name}, ${Math.round(log.length / 1e6)} MB: ${median(base).toFixed(2)} µs a message before, ${median(here).toFixed(2)} now; ` +
      `ratio ${ratio.toFixed(3)} (${each}), bar ${values.bar}: ${holds ? 'holds' : 'DOES NOT HOLD'}`,
  );
  if (!holds) process.exitCode = 1;
}

/** Microseconds of processor time a message. */
async function costOf(log: Buffer, read: typeof importChat): Promise<number> {
  const before = process.cpuUsage();
  let messages = 0;
  for await (const batch of read(piecesOf(log)).batches()) messages += batch.length;
  const { system, user } = process.cpuUsage(before);
  return (user + system) / messages;
}

async function* piecesOf(log: Buffer): AsyncGenerator<Uint8Array, void> {
  for (let at = 0; at < log.length; at += PIECE_BYTES) yield log.subarray(at, at + PIECE_BYTES);
}
