/**
 * Fan-out, coalescing, the whole hub under load, idle memory and intake (gateway.md 6), our hub beside plain `ws` and,
 * where it is installed, Socket.IO; variants take turns within one run.
 *
 *     node bench/fan-out.ts [--clients 10000] [--repeats 3] [--seconds 3] [--bytes 200] [--reactions 10000]
 *
 * Needs `taskset` and `ulimit -n` above the number of clients. Main figure: deliveries per CPU-second of the server.
 */
import { createRequire } from 'node:module';
import { parseArgs } from 'node:util';
import { median, printMachine } from './machine.ts';
import { Run, type Variant } from './rivals/pinned-run.ts';

const { values } = parseArgs({
  options: {
    clients: { type: 'string', default: '10000' },
    repeats: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '3' },
    bytes: { type: 'string', default: '200' },
    reactions: { type: 'string', default: '10000' },
  },
});
const clients = Number(values.clients);
const repeats = Number(values.repeats);
const seconds = Number(values.seconds);
const bytes = Number(values.bytes);
const perSecond = Number(values.reactions);
const WARM_UP_MS = 700;

const ours = { name: 'ovation', server: 'serve-ovation', dialect: 'ovation', messages: 1, frames: 1 } as const;
const plain = { name: 'ws client.send', server: 'serve-ws', dialect: 'ws', messages: 1, frames: 1 } as const;
const variants: Variant[] = [ours, { ...ours, name: 'ovation, 10 per frame', messages: 10 }, plain];
if (isInstalled('socket.io')) {
  variants.push({ name: 'Socket.IO 4', server: 'serve-socket-io', dialect: 'socket.io', messages: 1, frames: 1 });
} else console.log('rival     Socket.IO is not installed; bench/rivals/README.md says how');

printMachine(['ws', 'socket.io']);
console.log(
  `run       ${clients} clients, ${bytes} bytes, ${seconds} s, ${repeats} repeats; server on core 0, load on core 1\n`,
);

const figures = new Map<string, number[]>();
for (let repeat = 1; repeat <= repeats; repeat += 1) {
  for (const variant of variants) await fanOut(variant, repeat);
}
for (const [name, all] of figures)
  console.log(`median    ${name}: ${thousands(median(all))} deliveries per CPU-second`);
const rate = (name: string) => median(figures.get(name) ?? []);
judge('1.1 times plain ws', rate(ours.name) / rate(plain.name), 1.1, 'x');
judge('1.8 times Socket.IO', rate(ours.name) / rate('Socket.IO 4'), 1.8, 'x');
judge('10 per frame, messages per CPU-second', rate('ovation, 10 per frame'), 1_200_000, '');
await wholeHub();

async function fanOut(variant: Variant, repeat: number): Promise<void> {
  await using run = await Run.start(variant, clients);
  await run.rounds(WARM_UP_MS, bytes);
  const before = await run.usage();
  const startedAt = performance.now();
  const rounds = await run.rounds(seconds * 1000, bytes);
  const wall = (performance.now() - startedAt) / 1000;
  const cpu = (await run.usage()).cpu - before.cpu;
  const deliveries = rounds * clients * variant.messages;
  figures.set(variant.name, [...(figures.get(variant.name) ?? []), deliveries / cpu]);
  console.log(
    `repeat ${repeat}  ${variant.name}: ${thousands(deliveries / cpu)} deliveries per CPU-second, ${thousands(deliveries / wall)}/s, ${(cpu / wall).toFixed(2)} of a core`,
  );
}

/** Ticks at 5 Hz out, reactions in: authentication, buckets, tallies and metrics included. */
async function wholeHub(): Promise<void> {
  await using run = await Run.start(ours, clients);
  console.log(`idle      ${((run.idle - run.empty) / clients / 1024).toFixed(1)} KiB of RSS per connection; bar 10`);
  run.tell({ do: 'react', perSecond });
  await pause(WARM_UP_MS);
  run.tell({ do: 'latencies' });
  await run.heard();
  const before = await run.usage();
  const startedAt = performance.now();
  await pause(seconds * 1000);
  const after = await run.usage();
  const wall = (performance.now() - startedAt) / 1000;
  run.tell({ do: 'latencies' });
  const answer = await run.heard();
  const latencies = typeof answer === 'object' ? answer.latencies.toSorted((a, b) => a - b) : [];
  const at = (share: number) => latencies[Math.floor((latencies.length - 1) * share)] ?? Number.NaN;
  const cpu = after.cpu - before.cpu;
  const taken = after.received - before.received;
  console.log(
    `whole hub ${thousands(taken / wall)} reactions/s in, ${thousands(latencies.length / wall)} ticks/s out: ${(cpu / wall).toFixed(2)} of a core, p50 ${at(0.5)} ms, p99 ${at(0.99)} ms; bars 0.60 and 150 ms at 10,000 clients and 10,000/s`,
  );
  console.log(`intake    ${thousands(taken / cpu)} reactions per CPU-second with the ticks going out`);
}

function isInstalled(name: string): boolean {
  try {
    createRequire(new URL('rivals/x.ts', import.meta.url)).resolve(name);
    return true;
  } catch {
    return false;
  }
}

function judge(what: string, value: number, bar: number, unit: string): void {
  if (Number.isNaN(value)) return;
  const shown = unit === '' ? thousands(value) : `${value.toFixed(2)}${unit}`;
  console.log(`bar       ${what}: ${shown}, ${value >= bar ? 'holds' : 'DOES NOT HOLD'}`);
  if (value < bar && clients >= 10_000) process.exitCode = 1;
}

function thousands(value: number): string {
  return value >= 1e6 ? `${(value / 1e6).toFixed(2)}M` : `${(value / 1e3).toFixed(1)}k`;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
