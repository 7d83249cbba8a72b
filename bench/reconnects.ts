/**
 * Everybody comes back at once with the ticket and the position that they were given: to the same process, and to a
 * fresh one that has just started. Until the last has its reply.
 *
 *     node bench/reconnects.ts [--clients 10000] [--repeats 3]
 */
import { median } from './machine.ts';
import { Run } from './rivals/pinned-run.ts';
import { runGatewayBenches, type GatewayBench } from './rivals/results.ts';
import { benchToken } from './rivals/token.ts';

const BAR_MS = 5_000;

export const measureReconnects: GatewayBench = async ({ clients, repeats }) => {
  const greeting = { feed: 'channel:bench', token: benchToken() };
  await using run = await Run.start(
    { name: 'ovation', server: 'serve-ovation', dialect: 'ovation', greeting },
    clients,
  );
  const first = await run.connect();
  console.log(`reconnect first connections with tokens: ${first.toFixed(0)} ms`);
  const same: number[] = [];
  const fresh: number[] = [];
  for (let repeat = 1; repeat <= repeats; repeat += 1) {
    await run.load({ do: 'drop' });
    same.push(await timed('the same process', repeat));
    await run.load({ do: 'drop' });
    await run.replaceServer();
    fresh.push(await timed('a fresh process', repeat));
  }
  return [
    { what: 'reconnects with tickets, the same process', ...judge(median(same)) },
    { what: 'reconnects with tickets, a fresh process', ...judge(median(fresh)) },
  ];

  async function timed(where: string, repeat: number): Promise<number> {
    const before = await run.usage();
    const ms = await run.reconnect();
    const cpu = (await run.usage()).cpu - before.cpu;
    console.log(
      `reconnect repeat ${repeat}, ${where}: ${ms.toFixed(0)} ms until the last of ${clients}, ${((cpu / clients) * 1e6).toFixed(0)} µs of CPU each`,
    );
    return ms;
  }
};

function judge(ms: number) {
  return { figure: `${(ms / 1000).toFixed(2)} s`, bar: `≤ ${BAR_MS / 1000} s`, holds: ms <= BAR_MS };
}

if (import.meta.main) await runGatewayBenches([measureReconnects]);
