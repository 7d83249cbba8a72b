/**
 * One message of 200 bytes to everybody, and ten in one frame: our hub beside plain `ws` and, where it is installed,
 * Socket.IO. The servers stand side by side and take turns, so that what disturbs one disturbs all.
 *
 *     node bench/fan-out.ts [--clients 10000] [--repeats 3] [--seconds 3]
 */
import { median } from './machine.ts';
import { Run, type Side } from './rivals/pinned-run.ts';
import { rivalVersion, runGatewayBenches, thousands, type GatewayBench, type Result } from './rivals/results.ts';

const BYTES = 200;
const PER_FRAME = 10;
const WARM_UP_MS = 500;

const OURS = 'ovation';
const TEN = `ovation, ${PER_FRAME} in a frame`;
const PLAIN = 'ws client.send';
const RIVAL = 'Socket.IO';
const SIDES: readonly (Side & { variants: readonly { name: string; messages: number }[] })[] = [
  {
    name: OURS,
    server: 'serve-ovation',
    dialect: 'ovation',
    variants: [
      { name: OURS, messages: 1 },
      { name: TEN, messages: PER_FRAME },
    ],
  },
  { name: PLAIN, server: 'serve-ws', dialect: 'ws', variants: [{ name: PLAIN, messages: 1 }] },
  { name: RIVAL, server: 'serve-socket-io', dialect: 'socket.io', variants: [{ name: RIVAL, messages: 1 }] },
];

/** Deliveries per CPU-second of the server. */
export const measureFanOut: GatewayBench = async ({ clients, repeats, seconds }) => {
  const figures = new Map<string, number[]>();
  const sides = SIDES.filter(({ name }) => name !== RIVAL || rivalVersion() !== undefined);
  const runs: Run[] = [];
  try {
    for (const side of sides) {
      const run = await Run.start(side, clients);
      runs.push(run);
      await run.connect();
    }
    for (let repeat = 1; repeat <= repeats; repeat += 1) {
      for (const [index, { variants }] of sides.entries()) {
        const run = runs[index];
        if (!run) continue;
        for (const { name, messages } of variants) {
          await run.rounds(WARM_UP_MS, messages, BYTES);
          const { perCpuSecond, line } = await deliver(run, messages, seconds);
          figures.set(name, [...(figures.get(name) ?? []), perCpuSecond]);
          console.log(`fan-out   repeat ${repeat}, ${name}: ${line}`);
        }
      }
    }
  } finally {
    for (const run of runs) await run[Symbol.asyncDispose]();
  }
  return judge(figures);
};

async function deliver(run: Run, messages: number, seconds: number): Promise<{ perCpuSecond: number; line: string }> {
  const before = await run.usage();
  const startedAt = performance.now();
  const rounds = await run.rounds(seconds * 1000, messages, BYTES);
  const wall = (performance.now() - startedAt) / 1000;
  const cpu = (await run.usage()).cpu - before.cpu;
  const deliveries = rounds * run.clients * messages;
  const shares = `${thousands(deliveries / wall)}/s, ${(cpu / wall).toFixed(2)} of a core`;
  return { perCpuSecond: deliveries / cpu, line: `${thousands(deliveries / cpu)} a CPU-second, ${shares}` };
}

function judge(figures: ReadonlyMap<string, readonly number[]>): Result[] {
  const rate = (name: string) => median(figures.get(name) ?? []);
  const per = 'deliveries a CPU-second';
  const ten = rate(TEN);
  const results: Result[] = [...figures.keys()]
    .filter((name) => name !== TEN)
    .map((name) => ({ what: `fan-out, ${BYTES} B, ${name}`, figure: `${thousands(rate(name))} ${per}` }));
  results.push(
    {
      what: `fan-out, ${BYTES} B, ${TEN}`,
      figure: `${thousands(ten)} messages a CPU-second`,
      bar: '≥ 1.2 M',
      holds: ten >= 1_200_000,
    },
    ratio(PLAIN, 1.1),
  );
  if (figures.has(RIVAL)) results.push(ratio(RIVAL, 1.8));
  return results;

  function ratio(name: string, bar: number): Result {
    // In the same repeat, seconds apart: what disturbed one disturbed both.
    const ours = figures.get(OURS) ?? [];
    const times = median((figures.get(name) ?? []).map((theirs, repeat) => (ours[repeat] ?? Number.NaN) / theirs));
    return {
      what: `fan-out, ${BYTES} B, beside ${name}`,
      figure: `${times.toFixed(2)} ×`,
      bar: `≥ ${bar} ×`,
      holds: times >= bar,
    };
  }
}

if (import.meta.main) await runGatewayBenches([measureFanOut]);
