/**
 * Records a second and core that the analyzer takes in: digests of gateways on a real LMDB, read, decoded, applied by the
 * real analyzer with every detector, windows and snapshots stored in a real PGlite. Bar: 300,000 records/s per core.
 * A record here is what a gateway sends every 100 ms: one channel's counts. The engine alone is shown beside it.
 *
 *     node bench/digest-intake.ts [--records 1000000] [--channels 50] [--sources 4] [--per-record 1]
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { decodeActivity, PartitionEngine, type PositionedRecord } from '../packages/moments/src/index.ts';
import { emoteKey, TOPICS } from '../packages/protocol/src/index.ts';
import { openLmdbEventLog } from '../packages/server/src/adapters/lmdb/event-log.ts';
import { openPgliteDatabase } from '../packages/server/src/adapters/pglite/database.ts';
import { readMigrations } from '../packages/server/src/modules/migrations.ts';
import { createPartitionStore } from '../packages/server/src/modules/moments/index.ts';
import { createManualClock } from '../packages/server/test/support/manual-clock.ts';
import { analyzeToEnd } from '../packages/server/src/stream/rebuild-partition.ts';
import { silentLogger } from '../packages/server/src/telemetry/logger.ts';
import { createMetrics } from '../packages/server/src/telemetry/metrics.ts';
import { printMachine } from './machine.ts';

const BAR = 300_000;
const SLOT_MS = 100;
const { values } = parseArgs({
  options: {
    records: { type: 'string', default: '1000000' },
    channels: { type: 'string', default: '50' },
    sources: { type: 'string', default: '4' },
    'per-record': { type: 'string', default: '1' },
  },
});
const count = Number(values.records);
const channels = Array.from({ length: Number(values.channels) }, (_, n) => `channel-${n}`);
const sources = Array.from({ length: Number(values.sources) }, (_, n) => `gateway-${n}`);
const perRecord = Number(values['per-record']);
const emotes = ['🔥', '❤', '😀', '👍'].map((shown) => emoteKey(shown) ?? shown);
printMachine(['lmdb', '@electric-sql/pglite']);

const folder = await mkdtemp(path.join(tmpdir(), 'ovation-intake-'));
const startAt = Date.UTC(2026, 0, 1);
const clock = createManualClock(startAt);
const logger = silentLogger();
const eventLog = await openLmdbEventLog({ folder, clock });
const { id: topicId } = await eventLog.createTopic({ name: 'intake', partitions: 1, retentionMs: 1e9 });
await writeDigests();
const database = await openPgliteDatabase({ folder: 'memory://', migrations: readMigrations(), clock, logger });

const engine = await measured(async () => {
  const alone = new PartitionEngine();
  for await (const { records } of eventLog.read({ topic: 'intake', from: new Map([[0, 0]]), follow: false })) {
    for (const { appendedAt, offset, value } of records) {
      const decoded = decodeActivity(value);
      const record: PositionedRecord = { offset, appendedAt, record: decoded.ok ? decoded.record : null };
      alone.apply(record);
    }
    alone.takeOutput();
  }
});
print('reading, decoding, applying', engine);

const place = { topic: 'intake', partition: 0 };
let read = 0;
const refuseLetter = () => Promise.reject(new Error('A digest could not be read'));
const whole = await measured(() =>
  analyzeToEnd({
    ...place,
    eventLog,
    store: createPartitionStore({ database, ...place, topicId, aggregatedTopic: TOPICS.aggregatedEmoteData }),
    engine: {},
    channels: { aliases: () => Promise.resolve(new Map()) },
    deadLetters: { setAside: refuseLetter, setResultAside: refuseLetter },
    clock,
    logger,
    metrics: createMetrics(),
    signal: new AbortController().signal,
    onRecords: (n) => (read += n),
  }),
);
if (read !== count) throw new Error(`${read} of ${count} records were read`);
print('the whole analyzer', whole);
const rate = count / whole.cpuSeconds;
console.log(`bar ${BAR.toLocaleString('en')} records/s per core: ${rate >= BAR ? 'holds' : 'DOES NOT HOLD'}`);
if (rate < BAR) process.exitCode = 1;
await database[Symbol.asyncDispose]();
await eventLog[Symbol.asyncDispose]();
await rm(folder, { recursive: true });

/** In each slot every source has some channels to tell of. */
async function writeDigests(): Promise<void> {
  const seqs = sources.map(() => 0);
  const perSlot = Math.max(1, Math.round(channels.length / perRecord)) * sources.length;
  for (let written = 0, t = startAt; written < count; t += SLOT_MS) {
    const batch = Array.from({ length: Math.min(perSlot, count - written) }, (_, n) => {
      const source = n % sources.length;
      const seq = (seqs[source] = (seqs[source] ?? 0) + 1);
      const first = Math.floor(n / sources.length) * perRecord;
      const ch = Object.fromEntries(
        Array.from({ length: perRecord }, (__, k) => [
          channels[(first + k) % channels.length],
          { e: { [emotes[(n + seq) % emotes.length] ?? '']: 1 + (seq % 5) }, r: 1 + (seq % 3), m: 0, a: 0, f: {} },
        ]),
      );
      return { partition: 0, value: JSON.stringify({ k: 'd', src: sources[source], seq, t, ch }) };
    });
    clock.raiseTo(t + SLOT_MS);
    await eventLog.append('intake', batch);
    written += batch.length;
  }
}

interface Effort {
  readonly seconds: number;
  /** of all threads of this process, the database's too */
  readonly cpuSeconds: number;
  /** of the analyzer's thread alone */
  readonly threadSeconds: number;
}

async function measured(work: () => Promise<void>): Promise<Effort> {
  const startedAt = performance.now();
  const before = process.cpuUsage();
  const threadBefore = process.threadCpuUsage();
  await work();
  const all = process.cpuUsage(before);
  const own = process.threadCpuUsage(threadBefore);
  return {
    seconds: (performance.now() - startedAt) / 1_000,
    cpuSeconds: (all.system + all.user) / 1e6,
    threadSeconds: (own.system + own.user) / 1e6,
  };
}

function print(what: string, { cpuSeconds, seconds, threadSeconds }: Effort): void {
  const rateOf = (cpu: number) => `${Math.round(count / cpu).toLocaleString('en')} records/s`;
  const effort = `${seconds.toFixed(1)} s, ${cpuSeconds.toFixed(1)} s CPU`;
  console.log(`${what.padEnd(28)} ${rateOf(cpuSeconds)} per core (${effort}); its own thread ${rateOf(threadSeconds)}`);
}
