/**
 * Durable acknowledged appends of the embedded event log, and how fast it is read.
 *
 *     node bench/event-log.ts [--seconds 2]
 *
 * Values of 200 bytes, topic with four partitions, each append acknowledged after the flush to a disk below .cache/.
 * 100 producers with one append each under way get at most 100 records into a flush, so the bar asks for 1,000 commits
 * a second; "bare flushes" says what the disk gave at that moment, which is what a busy machine takes away.
 * Exit code 1 when 100 producers append less than the bar.
 */
import { closeSync, fdatasyncSync, openSync, writeSync } from 'node:fs';
import { mkdir, mkdtemp, rm, statfs } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { openLmdbEventLog } from '../packages/server/src/adapters/lmdb/event-log.ts';
import { createSystemClock } from '../packages/server/src/adapters/system/clock.ts';
import type { EventLog } from '../packages/server/src/ports/event-log.ts';
import { type Load, loads, makeTopic, measureAppends, measureScan } from './event-log-load.ts';
import { median, printMachine } from './machine.ts';

const BAR_APPENDS_PER_SECOND = 100_000;
const REPEATS = 5;
const FLUSH_PROBE_MS = 300;
const TMPFS_MAGIC = 0x01021994;

const { values: options } = parseArgs({ options: { seconds: { type: 'string', default: '2' } } });
const runMs = Number(options.seconds) * 1_000;
/** Bare flushes of the disk at this moment, 24 KB each: a commit of LMDB needs two, for its pages and for its root. */
function measureFlushes(folder: string): number {
  const file = openSync(join(folder, 'flush'), 'w');
  const page = Buffer.alloc(24 * 1024, 0x61);
  const endAt = performance.now() + FLUSH_PROBE_MS;
  let flushes = 0;
  for (; performance.now() < endAt; flushes++) {
    writeSync(file, page);
    fdatasyncSync(file);
  }
  closeSync(file);
  return flushes / (FLUSH_PROBE_MS / 1_000);
}

/** A fresh log for every repeat. */
async function withLog<T>(cache: string, measure: (eventLog: EventLog, folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(cache, 'bench-event-log-'));
  try {
    await using eventLog = await openLmdbEventLog({ folder, clock: createSystemClock() });
    await makeTopic(eventLog);
    return await measure(eventLog, folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function runLoad(cache: string, load: Load): Promise<{ appends: number; scan: number }> {
  const appends: number[] = [];
  const scans: number[] = [];
  for (let repeat = 1; repeat <= REPEATS; repeat++) {
    const [flushes, appended, scan] = await withLog(cache, async (eventLog, folder) => {
      const measured = measureFlushes(folder);
      return [measured, await measureAppends(eventLog, load, runMs), await measureScan(eventLog)];
    });
    appends.push(appended.perSecond);
    scans.push(scan.perSecond);
    const latency = `p50 ${appended.p50Ms.toFixed(2)} ms, p99 ${appended.p99Ms.toFixed(2)} ms`;
    console.log(
      `  ${repeat}: ${rate(appended.perSecond)} records/s, ${latency}; scan ${rate(scan.perSecond)}/s; bare flushes ${rate(flushes)}/s`,
    );
  }
  return { appends: median(appends), scan: median(scans) };
}

function rate(perSecond: number): string {
  return Math.round(perSecond).toLocaleString('en').padStart(9);
}

const cache = resolve(import.meta.dirname, '../.cache');
await mkdir(cache, { recursive: true });
printMachine(['lmdb']);
if ((await statfs(cache)).type === TMPFS_MAGIC) throw new Error(`${cache} is in memory: a flush costs nothing there`);
console.log(`disk      below .cache, ${REPEATS} repeats of ${runMs / 1_000} s each, 200-byte values\n`);
for (const load of loads) {
  console.log(`${load.name}:`);
  const { appends, scan } = await runLoad(cache, load);
  console.log(`  median ${rate(appends)} records/s; scan ${rate(scan)} records/s`);
  if (load.producers !== 100) continue;
  const holds = appends >= BAR_APPENDS_PER_SECOND;
  console.log(`  bar    ${rate(BAR_APPENDS_PER_SECOND)} records/s: ${holds ? 'holds' : 'DOES NOT HOLD'}`);
  if (!holds) process.exitCode = 1;
}
