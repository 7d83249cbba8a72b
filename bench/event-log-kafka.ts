/**
 * Acknowledged appends and reads of the event log in Kafka, beside the embedded one.
 *
 *     node bench/event-log-kafka.ts [--seconds 2] [--repeats 3] [--brokers host:port,...]
 *
 * Values of 200 bytes, topic with four partitions, one fresh topic for each repeat. Without --brokers it starts one broker
 * and then three (three replicas, two in sync) on this machine, which share its cores with the producers: of the rates only
 * the relations count, of this process its CPU time per record. The embedded log waits for the flush to the disk, Kafka for
 * the replicas.
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { openKafkaEventLog } from '../packages/server/src/adapters/kafka/event-log.ts';
import { openLmdbEventLog } from '../packages/server/src/adapters/lmdb/event-log.ts';
import { createSystemClock } from '../packages/server/src/adapters/system/clock.ts';
import type { EventLog } from '../packages/server/src/ports/event-log.ts';
import { startKafka, startKafkaCluster } from '../packages/server/test/services/kafka.ts';
import { KAFKA_VERSION } from '../packages/server/test/services/kafka-jars.ts';
import { benchTopic, loads, makeTopic, measureAppends, measureScan } from './event-log-load.ts';
import { median, printMachine } from './machine.ts';

const { values: options } = parseArgs({
  options: {
    seconds: { type: 'string', default: '2' },
    repeats: { type: 'string', default: '3' },
    brokers: { type: 'string' },
  },
});
const runMs = Number(options.seconds) * 1_000;
const repeats = Number(options.repeats);

/** Opens a log for one repeat and ends it. */
type WithLog = (measure: (eventLog: EventLog) => Promise<void>) => Promise<void>;

async function run(name: string, withLog: WithLog): Promise<void> {
  console.log(`\n${name}:`);
  for (const load of loads) {
    const found = { appends: [0], appendCpu: [0], p50: [0], p99: [0], scans: [0], scanCpu: [0] };
    for (const figures of Object.values(found)) figures.pop();
    for (let repeat = 0; repeat < repeats; repeat++) {
      await withLog(async (eventLog) => {
        await makeTopic(eventLog);
        const appends = await measureAppends(eventLog, load, runMs);
        const scan = await measureScan(eventLog);
        found.appends.push(appends.perSecond);
        found.appendCpu.push(appends.cpuPerRecord);
        found.p50.push(appends.p50Ms);
        found.p99.push(appends.p99Ms);
        found.scans.push(scan.perSecond);
        found.scanCpu.push(scan.cpuPerRecord);
      });
    }
    const latency = `p50 ${median(found.p50).toFixed(2)} ms, p99 ${median(found.p99).toFixed(2)} ms`;
    console.log(
      `  ${load.name.padEnd(29)} append ${rate(found.appends)}/s ${cost(found.appendCpu)} µs, ${latency}; ` +
        `read ${rate(found.scans)}/s ${cost(found.scanCpu)} µs`,
    );
  }
}

function rate(perSecond: readonly number[]): string {
  return Math.round(median(perSecond)).toLocaleString('en').padStart(9);
}

function cost(micros: readonly number[]): string {
  return median(micros).toFixed(1).padStart(6);
}

function overKafka(brokers: readonly string[]): WithLog {
  return async (measure) => {
    await using eventLog = await openKafkaEventLog({
      service: { brokers, replication: Math.min(3, brokers.length) },
      clock: createSystemClock(),
    });
    await measure(eventLog);
    benchTopic.next();
  };
}

const cache = resolve(import.meta.dirname, '../.cache');
await mkdir(cache, { recursive: true });
const folder = await mkdtemp(join(cache, 'bench-event-log-kafka-'));
try {
  printMachine(['lmdb', '@platformatic/kafka']);
  console.log(`kafka     ${options.brokers ?? KAFKA_VERSION}`);
  console.log(`runs      medians of ${repeats} repeats of ${runMs / 1_000} s each, 200-byte values, disk below .cache`);
  await run('LMDB', async (measure) => {
    const own = await mkdtemp(join(folder, 'lmdb-'));
    await using eventLog = await openLmdbEventLog({ folder: own, clock: createSystemClock() });
    await measure(eventLog);
  });
  if (options.brokers) {
    await run(`Kafka at ${options.brokers}`, overKafka(options.brokers.split(',')));
  } else {
    for (const [name, start] of [
      ['Kafka, one broker', startKafka],
      ['Kafka, three brokers', startKafkaCluster],
    ] as const) {
      await using kafka = await start(join(folder, name.replaceAll(/\W+/g, '-')));
      await run(name, overKafka(kafka.address.split(',')));
    }
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
