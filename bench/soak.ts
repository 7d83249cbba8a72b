/**
 * A week of one busy channel (the demo's audience) and 100 quiet ones on the real embedded database and event log, by a
 * clock that is moved by hand: does anything grow without end, and does anybody wait for VACUUM?
 *
 *     node bench/soak.ts [--days 7] [--played-hours 1] [--quiet 100] [--feed-days 2] [--window-days 2] [--folder …]
 *
 * Of every day the first hour goes through the whole product: digests, analyzer, moments, outbox, relay, snapshots. The
 * other ones get copies of its rows by SQL, as many revisions, and as many bytes of the log as the running demo writes;
 * feeds go through outbox and relay. Sweeps, VACUUM, checkpoints and retention of the log run all day. Retention is shorter
 * than by default, so that everything that has an end reaches it within the week; moments stay for ever.
 *
 * Not covered: gateways and sockets, HTTP, fsync (a folder in memory where there is one), one dump a day and not one an
 * hour, the states of the analyzer in copied hours, and minutes of real time in which a process might leak.
 */
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { storeBytes, tableSizes } from '../packages/server/src/modules/storage/measure-stores.ts';
import { printMachine } from './machine.ts';
import { openWorld, type World } from '../packages/server/test/soak/open-world.ts';
import { createPlayer } from '../packages/server/test/soak/play-day.ts';

const { values: options } = parseArgs({
  options: {
    days: { type: 'string', default: '7' },
    'played-hours': { type: 'string', default: '1' },
    quiet: { type: 'string', default: '100' },
    'feed-days': { type: 'string', default: '2' },
    'window-days': { type: 'string', default: '2' },
    folder: { type: 'string', default: existsSync('/dev/shm') ? '/dev/shm' : tmpdir() },
  },
});
/** Topics `activity` and `raw-emote-data` of `OVATION_SIMULATOR=demo`, seed 7, over 210 s. */
const LOG_BYTES_PER_DAY = 137e6;
const BARS = { folderMb: 400, growth: 0.02, rss: 1.1, waitMs: 250 };

interface Day {
  readonly folderMb: number;
  readonly rssMb: number;
  readonly waitMs: number;
  readonly vacuumMs: number;
}

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Without the pages of the log, which the system maps and may take back. */
function rssMb(): number {
  // Garbage that nobody had time to collect is no growth.
  collectGarbage();
  try {
    const [, kB] = /^RssAnon:\s+(\d+)/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
    return Number(kB) / 1e3;
  } catch {
    return process.memoryUsage().rss / 1e6;
  }
}

const mb = (bytes: number) => (bytes / 1e6).toFixed(1);

function highest(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, value), 0);
}

/** While a dump is written there is a copy of the database beside it. */
async function untilDumped(folder: string): Promise<void> {
  const isWritten = async () => (await readdir(join(folder, 'dumps'))).every((name) => !name.endsWith('.part'));
  while (!(await isWritten())) await new Promise((resolve) => setTimeout(resolve, 100));
}

async function printDay(day: number, folder: string, world: World, waits: number[]): Promise<Day> {
  await untilDumped(folder);
  const stores = await storeBytes(folder);
  const tables = await tableSizes(world.database);
  const bytes = Object.values(stores).reduce((sum, one) => sum + one, 0);
  const dead = tables.reduce((sum, one) => sum + one.dead, 0);
  const largest = tables.slice(0, 6).map((one) => `${one.table} ${mb(one.bytes)}`);
  const sorted = waits.toSorted((a, b) => a - b);
  const p99 = sorted[Math.floor(sorted.length * 0.99)] ?? 0;
  const slowest = world.vacuums.reduce((most, one) => (one.ms > most.ms ? one : most), { table: '-', ms: 0 });
  const memory = rssMb();
  console.log(
    `day ${day}  folder ${mb(bytes)} MB (database ${mb(stores.database)}, log ${mb(stores.log)}, dumps ${mb(stores.dumps)})` +
      `  memory ${memory.toFixed(0)} MB (heap of the main thread ${mb(process.memoryUsage().heapUsed)})  dead rows ${dead}\n` +
      `       tables MB: ${largest.join(', ')}\n` +
      `       ${world.vacuums.length} vacuums, the longest ${slowest.ms.toFixed(0)} ms (${slowest.table});` +
      ` a statement waits p99 ${p99.toFixed(1)} ms, at most ${highest(waits).toFixed(0)} ms behind anything`,
  );
  const result = { folderMb: bytes / 1e6, rssMb: memory, waitMs: highest(waits), vacuumMs: slowest.ms };
  waits.length = 0;
  world.vacuums.length = 0;
  return result;
}

function judge(what: string, value: number, bar: number, unit: string): void {
  const holds = value <= bar;
  console.log(`${what}: ${value.toFixed(1)} ${unit}, bar ${bar} ${unit}: ${holds ? 'holds' : 'DOES NOT HOLD'}`);
  if (!holds) process.exitCode = 1;
}

async function soak(folder: string): Promise<void> {
  await using world = await openWorld(folder, { feeds: options['feed-days'], windows: options['window-days'] });
  const quiet = Number(options.quiet);
  for (const name of ['demo', ...Array.from({ length: quiet }, (_, n) => `quiet-${n}`)])
    await world.channels.ensure(name, 'owner');
  const waits: number[] = [];
  const player = createPlayer({ world, waits, quiet, logBytesPerDay: LOG_BYTES_PER_DAY });
  let afterFirstHour: number | undefined;
  const days: Day[] = [];
  for (let day = 1; day <= Number(options.days); day += 1) {
    await player.playDay(Number(options['played-hours']), () => {
      afterFirstHour ??= rssMb();
    });
    days.push(await printDay(day, folder, world, waits));
  }
  for (const line of world.complaints.slice(0, 10)) console.log(`complaint: ${line.trim()}`);
  const [before, last] = days.slice(-2);
  const growth = before && last ? last.folderMb / before.folderMb - 1 : 0;
  judge('data folder', highest(days.map((day) => day.folderMb)), BARS.folderMb, 'MB');
  judge('growth of the last day', 100 * growth, 100 * BARS.growth, '%');
  const memory = highest(days.map((day) => day.rssMb)) / (afterFirstHour ?? 1);
  judge(`memory, times the ${afterFirstHour?.toFixed(0)} MB after the first hour`, memory, BARS.rss, '×');
  judge('longest vacuum, which anybody else may wait for', highest(days.map((day) => day.vacuumMs)), BARS.waitMs, 'ms');
}

printMachine(['@electric-sql/pglite', 'lmdb']);
const folder = await mkdtemp(join(options.folder, 'ovation-soak-'));
const startedAt = performance.now();
try {
  await soak(folder);
} finally {
  await rm(folder, { recursive: true });
}
console.log(`${((performance.now() - startedAt) / 1_000).toFixed(0)} s of real time`);
