/**
 * Reactions in, nothing out: each a frame of its own on one of all connections, through buckets, digests and tallies.
 *
 *     node bench/ingest.ts [--clients 10000] [--repeats 3] [--seconds 3]
 */
import { median } from './machine.ts';
import { Run, type Side } from './rivals/pinned-run.ts';
import { rivalVersion, runGatewayBenches, thousands, type GatewayBench, type Result } from './rivals/results.ts';

const BAR = 110_000;
const WARM_UP_MS = 1_000;
const SIDES: readonly Side[] = [
  { name: 'ovation', server: 'serve-ovation', dialect: 'ovation' },
  { name: 'ws and JSON.parse', server: 'serve-ws', dialect: 'ws' },
  { name: 'Socket.IO', server: 'serve-socket-io', dialect: 'socket.io' },
];

export const measureIngest: GatewayBench = async ({ clients, repeats, seconds }) => {
  const results: Result[] = [];
  for (const side of SIDES) {
    if (side.name === 'Socket.IO' && rivalVersion() === undefined) continue;
    const figures: number[] = [];
    await using run = await Run.start(side, clients, ['quiet']);
    await run.connect();
    await run.bursts(WARM_UP_MS);
    for (let repeat = 1; repeat <= repeats; repeat += 1) {
      const before = await run.usage();
      const startedAt = performance.now();
      const rounds = await run.bursts(seconds * 1000);
      const wall = (performance.now() - startedAt) / 1000;
      const cpu = (await run.usage()).cpu - before.cpu;
      const frames = rounds * clients;
      figures.push(frames / cpu);
      const shares = `${thousands(frames / wall)}/s, ${(cpu / wall).toFixed(2)} of a core`;
      console.log(
        `ingest    repeat ${repeat}, ${side.name}: ${thousands(frames / cpu)} frames a CPU-second, ${shares}`,
      );
    }
    const middle = median(figures);
    const isOurs = side.name === 'ovation';
    results.push({
      what: `ingest, ${side.name}`,
      figure: `${thousands(middle)} frames a CPU-second`,
      ...(isOurs && { bar: `≥ ${thousands(BAR)}`, holds: middle >= BAR }),
    });
  }
  return results;
};

if (import.meta.main) await runGatewayBenches([measureIngest]);
