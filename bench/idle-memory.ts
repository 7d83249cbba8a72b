/**
 * What an idle connection keeps, its session's state included: RSS with everybody connected, less RSS before, by the
 * number of connections; each server alone in a fresh process.
 *
 *     node bench/idle-memory.ts [--clients 10000] [--repeats 3]
 */
import { median } from './machine.ts';
import { Run, type Side } from './rivals/pinned-run.ts';
import { rivalVersion, runGatewayBenches, type GatewayBench, type Result } from './rivals/results.ts';

const BAR_KB = 10;
/** As long as it takes a garbage collector that is left alone to give pages back. */
const SETTLE_MS = 1_000;
const SIDES: readonly Side[] = [
  { name: 'ovation', server: 'serve-ovation', dialect: 'ovation' },
  { name: 'ws', server: 'serve-ws', dialect: 'ws' },
  { name: 'Socket.IO', server: 'serve-socket-io', dialect: 'socket.io' },
];

export const measureIdleMemory: GatewayBench = async ({ clients, repeats }) => {
  const results: Result[] = [];
  for (const side of SIDES) {
    if (side.name === 'Socket.IO' && rivalVersion() === undefined) continue;
    const figures: number[] = [];
    for (let repeat = 1; repeat <= repeats; repeat += 1) {
      const { rss, heap } = await perConnection(side, clients);
      figures.push(rss);
      console.log(
        `idle      repeat ${repeat}, ${side.name}: ${rss.toFixed(1)} kB of RSS, ${heap.toFixed(1)} kB of heap`,
      );
    }
    const figure = `${median(figures).toFixed(1)} kB of RSS`;
    const isOurs = side.name === 'ovation';
    results.push({
      what: `idle connection, ${side.name}`,
      figure,
      ...(isOurs && { bar: `≤ ${BAR_KB} kB`, holds: median(figures) <= BAR_KB }),
    });
  }
  return results;
};

async function perConnection(side: Side, clients: number): Promise<{ rss: number; heap: number }> {
  await using run = await Run.start(side, clients);
  const empty = await run.usage(true);
  await run.connect();
  await new Promise((resolve) => {
    setTimeout(resolve, SETTLE_MS);
  });
  const full = await run.usage(true);
  return { rss: (full.rss - empty.rss) / clients / 1000, heap: (full.heap - empty.heap) / clients / 1000 };
}

if (import.meta.main) await runGatewayBenches([measureIdleMemory]);
