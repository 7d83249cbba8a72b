/**
 * 50 of 200 clients stop reading while 20 kB go out 50 times a second: what that costs in memory, and what the others
 * feel of it.
 *
 *     node bench/stalled-clients.ts [--repeats 3]
 */
import { median } from './machine.ts';
import { Run } from './rivals/pinned-run.ts';
import { runGatewayBenches, type GatewayBench } from './rivals/results.ts';

const CLIENTS = 200;
const STALLED = 50;
const BYTES = 20_000;
const PERIOD_MS = 20;
const PHASE_MS = 13_000;
/** Until the process has its size: at first its compilers take more than the stalled clients do. */
const WARM_UP_MS = 10_000;
const BAR_BYTES = 10_000_000;
/** Two medians of one figure that differ by less are the same (gateway.md 2.1: the spread between repeats). */
const SAME_MS = 5;

export const measureStalledClients: GatewayBench = async ({ repeats }) => {
  const growth: number[] = [];
  const p99: { before: number; during: number }[] = [];
  for (let repeat = 1; repeat <= repeats; repeat += 1) {
    await using run = await Run.start({ name: 'ovation', server: 'serve-ovation', dialect: 'ovation' }, CLIENTS);
    await run.connect();
    await run.load({ do: 'wake' });
    await publishFor(run, WARM_UP_MS);
    const calm = await phase(run);
    await run.load({ do: 'stall', clients: STALLED });
    const rough = await phase(run);
    growth.push(rough.worstRss - calm.rss);
    p99.push({ before: calm.p99, during: rough.p99 });
    console.log(
      `stalled   repeat ${repeat}: RSS ${megabytes(calm.rss)}, at most ${megabytes(rough.worstRss)} with ${STALLED} of ${CLIENTS} stalled; p99 of the others ${calm.p99} ms before, ${rough.p99} ms during`,
    );
  }
  const most = median(growth);
  const [before, during] = [median(p99.map((one) => one.before)), median(p99.map((one) => one.during))];
  return [
    {
      what: `${STALLED} of ${CLIENTS} stalled: growth of RSS`,
      figure: megabytes(most),
      bar: `≤ ${megabytes(BAR_BYTES)}`,
      holds: most <= BAR_BYTES,
    },
    {
      what: `${STALLED} of ${CLIENTS} stalled: p99 of the others`,
      figure: `${before} ms before, ${during} ms during`,
      bar: `same within ${SAME_MS} ms`,
      holds: during <= before + SAME_MS,
    },
  ];
};

async function phase(run: Run): Promise<{ rss: number; worstRss: number; p99: number }> {
  await run.report();
  let worstRss = 0;
  for (let passed = 0; passed < PHASE_MS; passed += 1_000) {
    await publishFor(run, 1_000);
    worstRss = Math.max(worstRss, (await run.usage(true)).rss);
  }
  const { latencies } = await run.report();
  return { rss: (await run.usage(true)).rss, worstRss, p99: latencies.p99 };
}

async function publishFor(run: Run, ms: number): Promise<void> {
  const startedAt = performance.now();
  for (let sent = 0; sent * PERIOD_MS < ms; sent += 1) {
    await new Promise((resolve) => {
      setTimeout(resolve, Math.max(0, startedAt + sent * PERIOD_MS - performance.now()));
    });
    run.broadcast(1, BYTES);
  }
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

if (import.meta.main) await runGatewayBenches([measureStalledClients]);
