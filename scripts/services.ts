// `npm run services`: Kafka, Redis and PostgreSQL on free ports, for trying the cluster on one machine. Prints the
// variables that processes of Ovation need, writes them to .cache/services.env, and ends everything on Ctrl+C.
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ENGINES } from '../packages/server/test/services/engine-list.ts';

const FILE = path.resolve('.cache/services.env');
const folder = await mkdtemp(path.join(tmpdir(), 'ovation-services-'));
// PostgreSQL runs as a user of its own, which must be able to pass.
await chmod(folder, 0o755);

const opening = ENGINES.filter(({ serves }) => serves !== undefined).map(async ({ name, serves, start }) => {
  const service = await start(path.join(folder, name));
  console.error(`${name} is ready`);
  return { line: `${serves}=${service.address}`, service };
});
const outcomes = await Promise.allSettled(opening);
const started = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
const failed = outcomes.find((outcome) => outcome.status === 'rejected');
if (failed) {
  console.error(failed.reason instanceof Error ? failed.reason.message : String(failed.reason));
  process.exitCode = 1;
} else {
  const lines = started.map(({ line }) => line);
  await mkdir(path.dirname(FILE), { recursive: true });
  await writeFile(FILE, `${lines.join('\n')}\n`);
  console.log(lines.map((line) => `export ${line}`).join('\n'));
  console.error(`\nThe same is in ${path.relative('.', FILE)}. Ctrl+C ends the services.`);
  const { promise, resolve } = Promise.withResolvers<void>();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  // A promise alone does not keep a process alive.
  const alive = setInterval(() => undefined, 60_000);
  await promise;
  clearInterval(alive);
}
await Promise.all(started.map(({ service }) => service[Symbol.asyncDispose]()));
await Promise.all([rm(folder, { recursive: true, force: true }), rm(FILE, { force: true })]);
