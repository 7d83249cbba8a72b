import path from 'node:path';
import { openFront } from './front.ts';
import { FIVE } from './layout.ts';
import type { ServerProcess, StartOnce } from './server.ts';

/**
 * Five processes behind one address, as one server: signals go to all of them, and their lines are those of one. The
 * process of the role api has the data folder, so that commands find it.
 */
export async function startFive(
  environment: Record<string, string>,
  command: readonly string[],
  startOnce: StartOnce,
): Promise<ServerProcess> {
  const folder = environment['OVATION_DATA_DIR'] ?? 'data';
  // The front takes the port that the test asks for.
  const { PORT = '0', ...others } = environment;
  const started: ServerProcess[] = [];
  const stopAll = () => Promise.all(started.map((one) => one[Symbol.asyncDispose]()));
  const starting = FIVE.map(async (roles, number) => {
    const own = number === 0 ? folder : path.join(folder, `process-${number}`);
    const one = await startOnce({ ...others, OVATION_DATA_DIR: own }, [...command, '--roles', roles]);
    started.push(one);
    return one;
  });
  try {
    const outcomes = await Promise.allSettled(starting);
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
    const all = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
    return await behindOneAddress(all, Number(PORT));
  } catch (error) {
    await stopAll();
    throw error;
  }
}

async function behindOneAddress(all: readonly ServerProcess[], port: number): Promise<ServerProcess> {
  const [api] = all;
  if (!api) throw new Error('There is no process');
  const gateways = all.filter((_one, number) => FIVE[number] === 'gateway').map(({ url }) => url);
  const front = await openFront({ port, api: api.url, gateways, all: all.map(({ url }) => url) });
  const linesOf = (of: (one: ServerProcess) => readonly string[]) => all.flatMap((one) => [...of(one)]);
  let isClosed = false;
  const kill: ServerProcess['kill'] = async (signal) => {
    const codes = await Promise.all(all.map((one) => one.kill(signal)));
    if (!isClosed) await front[Symbol.asyncDispose]();
    isClosed = true;
    return codes.find((code) => code !== codes[0]) ?? codes[0] ?? null;
  };
  return {
    url: front.url,
    pid: api.pid,
    startMs: Math.max(...all.map(({ startMs }) => startMs)),
    rssMb: () => all.reduce((sum, one) => sum + one.rssMb(), 0),
    kill,
    get stdout() {
      return linesOf(({ stdout }) => stdout);
    },
    get stderr() {
      return linesOf(({ stderr }) => stderr);
    },
    async [Symbol.asyncDispose]() {
      await kill('SIGTERM');
    },
  };
}
