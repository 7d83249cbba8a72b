/**
 * Everybody in one room of the product as it is served: log on disk, database, tokens, tickets, buckets, metrics. Ticks
 * at 5 Hz go out, one reaction a second of each comes in. Once as a gateway, once with the analyzer in the same process.
 * Beside it the same traffic through servers that only parse and send, which says how fast the machine is.
 *
 *     node bench/full-room.ts [--clients 10000] [--repeats 3] [--seconds 3]
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { median } from './machine.ts';
import { Run, type Side } from './rivals/pinned-run.ts';
import { rivalVersion, runGatewayBenches, thousands, type GatewayBench, type Result } from './rivals/results.ts';
import { benchToken } from './rivals/token.ts';

const REACTIONS_PER_VIEWER = 1;
const BAR_CORE = 0.6;
const BAR_P99_MS = 150;
/** While ten thousand connect rooms may tick more slowly; after this they are at 5 Hz again, if the machine can. */
const WARM_UP_MS = 20_000;
const RIVAL_WARM_UP_MS = 5_000;
const TICK_MS = 200;
/** A tick of tallies as ours are. */
const TICK_BYTES = 84;
const RIVALS: readonly Side[] = [
  { name: 'ws client.send', server: 'serve-ws', dialect: 'ws' },
  { name: 'Socket.IO', server: 'serve-socket-io', dialect: 'socket.io' },
];
const DEPLOYMENTS = [
  { name: 'gateway', roles: 'api,gateway', isBar: true },
  { name: 'all roles in one process', roles: 'api,gateway,worker,analyzer', isBar: false },
] as const;

export const measureFullRoom: GatewayBench = async (options) => {
  const results: Result[] = [];
  for (const deployment of DEPLOYMENTS) {
    const folder = await mkdtemp(path.join(tmpdir(), 'ovation-room-'));
    try {
      results.push(...(await measure(deployment, folder, options)));
    } finally {
      await rm(folder, { recursive: true });
    }
  }
  for (const side of RIVALS) {
    if (side.name !== 'Socket.IO' || rivalVersion() !== undefined) results.push(await measureRival(side, options));
  }
  return results;
};

async function measureRival(side: Side, { clients, repeats, seconds }: Parameters<GatewayBench>[0]): Promise<Result> {
  await using run = await Run.start(side, clients);
  await run.connect();
  await run.load({ do: 'wake' });
  await run.load({ do: 'react', perSecond: clients * REACTIONS_PER_VIEWER });
  const ticking = setInterval(() => run.broadcast(1, TICK_BYTES), TICK_MS);
  const figures = { core: [] as number[], p50: [] as number[], p99: [] as number[] };
  try {
    await pause(RIVAL_WARM_UP_MS);
    for (let repeat = 1; repeat <= repeats; repeat += 1) {
      await run.report();
      const before = await run.usage();
      const startedAt = performance.now();
      await pause(2 * seconds * 1000);
      const core = (1000 * ((await run.usage()).cpu - before.cpu)) / (performance.now() - startedAt);
      const { latencies } = await run.report();
      figures.core.push(core);
      figures.p50.push(latencies.p50);
      figures.p99.push(latencies.p99);
      console.log(
        `room      repeat ${repeat}, ${side.name}: ${core.toFixed(2)} of a core, p50 ${latencies.p50} ms, p99 ${latencies.p99} ms`,
      );
    }
  } finally {
    clearInterval(ticking);
  }
  return {
    what: `the same traffic through ${side.name}, which does nothing else`,
    figure: `${median(figures.core).toFixed(2)} of a core, p50 ${median(figures.p50)} ms, p99 ${median(figures.p99)} ms`,
  };
}

async function measure(
  { name, roles, isBar }: (typeof DEPLOYMENTS)[number],
  folder: string,
  { clients, repeats, seconds }: Parameters<GatewayBench>[0],
): Promise<Result[]> {
  const greeting = { feed: 'channel:default', token: benchToken() };
  await using run = await Run.start({ name, server: 'serve-whole', dialect: 'ovation', greeting }, clients, [
    folder,
    roles,
  ]);
  await run.connect();
  await run.load({ do: 'wake' });
  await run.load({ do: 'react', perSecond: clients * REACTIONS_PER_VIEWER });
  await pause(WARM_UP_MS);
  const figures = { core: [] as number[], p50: [] as number[], p99: [] as number[], shown: [] as number[] };
  for (let repeat = 1; repeat <= repeats; repeat += 1) {
    await run.report();
    const before = await run.usage();
    const startedAt = performance.now();
    // Twice as long as the others: p99 wants many ticks.
    await pause(2 * seconds * 1000);
    const cpu = (await run.usage()).cpu - before.cpu;
    const wall = (performance.now() - startedAt) / 1000;
    const { latencies, ticks, said, shown } = await run.report();
    figures.core.push(cpu / wall);
    figures.p50.push(latencies.p50);
    figures.p99.push(latencies.p99);
    figures.shown.push(shown / said);
    console.log(
      `room      repeat ${repeat}, ${name}: ${thousands(said / wall)} reactions/s in, ${(ticks / wall / clients).toFixed(2)} Hz, ${(cpu / wall).toFixed(2)} of a core, p50 ${latencies.p50} ms, p99 ${latencies.p99} ms, worst ${latencies.worst} ms; shown ${((100 * shown) / said).toFixed(1)} %`,
    );
  }
  const what = `${clients} viewers, 5 Hz out, ${clients * REACTIONS_PER_VIEWER}/s in, ${name}`;
  const [core, p99] = [median(figures.core), median(figures.p99)];
  return [
    {
      what: `${what}: CPU`,
      figure: `${core.toFixed(2)} of a core`,
      ...(isBar && { bar: `≤ ${BAR_CORE}`, holds: core <= BAR_CORE }),
    },
    {
      what: `${what}: latency`,
      figure: `p50 ${median(figures.p50)} ms, p99 ${p99} ms`,
      ...(isBar && { bar: `p99 ≤ ${BAR_P99_MS} ms`, holds: p99 <= BAR_P99_MS }),
    },
  ];
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

if (import.meta.main) await runGatewayBenches([measureFullRoom]);
