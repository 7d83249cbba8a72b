// `npm run services`: Kafka, Redis and PostgreSQL on free ports, for trying the cluster on one machine. Prints the
// variables that processes of Ovation need, writes them to .cache/services.env, and ends everything on Ctrl+C.
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ENGINES, openEngines } from '../packages/server/test/services/engine-list.ts';

const FILE = path.resolve('.cache/services.env');

try {
  await using engines = await openEngines(ENGINES.filter(({ serves }) => serves !== undefined));
  const lines = engines.list.map(({ address, spec }) => `${spec.serves}=${address}`);
  await mkdir(path.dirname(FILE), { recursive: true });
  await writeFile(FILE, `${lines.join('\n')}\n`);
  console.log(lines.map((line) => `export ${line}`).join('\n'));
  console.error(`\nThe same is in ${path.relative('.', FILE)}. Ctrl+C ends the services.`);
  await asked();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
await rm(FILE, { force: true });

/** Resolves when the process is asked to end. */
async function asked(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  // A promise alone does not keep a process alive.
  const alive = setInterval(() => undefined, 60_000);
  await promise;
  clearInterval(alive);
}
