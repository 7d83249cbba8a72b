/**
 * One channel with 100,000 reactions a second, each a record of its own, through a real Kafka: the records lie in all
 * partitions, two bridges copy them to the channel's one partition of `activity`, its analyzer counts them. Bar: as many
 * counted as sent.
 *
 *     node bench/hot-channel.ts [--seconds 10] [--rate 100000] [--bridges 2]
 *
 * Broker, database, bridges and this sender share the machine: with two cores the bridges fall behind while it sends and
 * catch up afterwards. What was stored after its window had closed is counted as late, and is part of the total.
 */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { TOPICS } from '@ovation/protocol';
import { openKafkaEventLog } from '../packages/server/src/adapters/kafka/event-log.ts';
import { createSystemClock } from '../packages/server/src/adapters/system/clock.ts';
import { RawEmotes } from '../packages/server/src/stream/raw-emotes.ts';
import {
  isBridging,
  sendRecords,
  startNode,
  untilCopied,
  untilCounted,
} from '../packages/server/test/flows/hot-channel/hot-channel.ts';
import { startKafka } from '../packages/server/test/services/kafka.ts';
import { startPostgres } from '../packages/server/test/services/postgres.ts';
import { printMachine } from './machine.ts';

const CHANNEL = 'hot';
const SLOT_MS = 20;
/** Appends that are not acknowledged yet; more are waited for. */
const IN_FLIGHT_MAX = 50;
const TICKS_PER_SECOND = 100;

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '10' },
    rate: { type: 'string', default: '100000' },
    bridges: { type: 'string', default: '2' },
  },
});
const seconds = Number(values.seconds);
const perSlot = (Number(values.rate) * SLOT_MS) / 1_000;

/** CPU seconds of a process since its start. */
function cpuOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

printMachine(['@platformatic/kafka']);
const folder = await mkdtemp(path.join(tmpdir(), 'ovation-bench-hot-'));
await chmod(folder, 0o755);
try {
  await run();
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function run(): Promise<void> {
  await using kafka = await startKafka(path.join(folder, 'kafka'));
  await using postgres = await startPostgres(path.join(folder, 'postgres'));
  const cluster = { kafka: kafka.address, databaseUrl: postgres.address, folder };
  await using api = await startNode(cluster, 'api,worker');
  const bridges = [];
  for (let n = 0; n < Number(values.bridges); n += 1) bridges.push(await startNode(cluster, 'analyzer'));
  const clock = createSystemClock();
  await using eventLog = await openKafkaEventLog({ service: { brokers: [kafka.address], replication: 1 }, clock });
  while (!(await Promise.all(bridges.map(isBridging))).every(Boolean)) await pause(200);

  const before = bridges.map(({ pid }) => cpuOf(pid));
  const ownBefore = process.cpuUsage();
  const startedAt = performance.now();
  const sent = await send(new RawEmotes({ eventLog, clock, topic: TOPICS.rawEmoteData }));
  const sentS = (performance.now() - startedAt) / 1_000;
  const own = process.cpuUsage(ownBefore);
  const ownS = (own.user + own.system) / 1e6;
  console.log(
    `sent      ${sent} records in ${sentS.toFixed(1)} s, ${Math.round(sent / sentS)}/s acknowledged; ${((ownS / sent) * 1e6).toFixed(1)} µs CPU each, ${((ownS / sentS) * 100).toFixed(0)} % of a core`,
  );
  const ends = await eventLog.endOffsets(TOPICS.rawEmoteData);
  console.log(`spread    ${Math.min(...ends)} to ${Math.max(...ends)} records in ${ends.length} partitions`);

  await untilCopied(eventLog);
  const copiedS = (performance.now() - startedAt) / 1_000;
  const cpu = bridges.map(({ pid }, at) => cpuOf(pid) - (before[at] ?? 0));
  const all = cpu.reduce((sum, one) => sum + one, 0);
  console.log(
    `copied    all after ${copiedS.toFixed(1)} s, ${Math.round(sent / copiedS)}/s; bridges and analyzer ${cpu.map((one) => one.toFixed(1)).join(' + ')} s CPU, ${((all / sent) * 1e6).toFixed(1)} µs a record`,
  );
  const { late, windows } = await untilCounted(postgres.address, CHANNEL, sent);
  const total = windows + late;
  console.log(
    `counted   ${total} (${windows} in windows, ${late} late); sent ${sent}: ${total === sent ? 'exact' : 'WRONG'}`,
  );
  if (total !== sent) process.exitCode = 1;
  for (const server of [api, ...bridges]) await server[Symbol.asyncDispose]();
}

async function send(rawEmotes: RawEmotes): Promise<number> {
  const inFlight = new Set<Promise<void>>();
  const startedAt = performance.now();
  let sent = 0;
  for (let slot = 0; slot < (seconds * 1_000) / SLOT_MS; slot += 1) {
    const sending = sendRecords(rawEmotes, CHANNEL, perSlot, sent).finally(() => inFlight.delete(sending));
    inFlight.add(sending);
    sent += perSlot;
    if (inFlight.size >= IN_FLIGHT_MAX) await Promise.race(inFlight);
    const aheadMs = startedAt + (slot + 1) * SLOT_MS - performance.now();
    await pause(Math.max(0, aheadMs));
  }
  await Promise.all(inFlight);
  return sent;
}
