/**
 * How long a message of the live bus over Redis takes from `publish` in one process to the listener in another.
 *
 *     node bench/redis-bus.ts [--seconds 10] [--rate 1000] [--cluster]
 *
 * Starts a Redis of its own (or three nodes) and the listening process. Both read the same monotonic clock.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openRedisLiveBus } from '../packages/server/src/adapters/redis/live-bus.ts';
import { createSystemClock } from '../packages/server/src/adapters/system/clock.ts';
import type { RedisService } from '../packages/server/src/config/services.ts';
import { silentLogger } from '../packages/server/src/telemetry/logger.ts';
import { startRedis, startRedisCluster } from '../packages/server/test/services/redis.ts';
import { printMachine } from './machine.ts';

const SUBJECTS = 12;
const SLOT_MS = 10;

const { values: options } = parseArgs({
  options: {
    seconds: { type: 'string', default: '10' },
    rate: { type: 'string', default: '1000' },
    cluster: { type: 'boolean', default: false },
    /** for the listening process: what it listens to */
    listen: { type: 'string' },
  },
});
const open = (service: RedisService) =>
  openRedisLiveBus({ service, clock: createSystemClock(), logger: silentLogger() });
const subjects = Array.from({ length: SUBJECTS }, (_, n) => `room-${n}`);
const nowNs = () => Number(process.hrtime.bigint());

if (options.listen === undefined) await publishAll();
else await listen(JSON.parse(options.listen) as RedisService); // from the line below that starts this process

async function publishAll(): Promise<void> {
  printMachine(['ioredis']);
  const folder = mkdtempSync(join(tmpdir(), 'ovation-bench-redis-'));
  try {
    await publishIn(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function publishIn(folder: string): Promise<void> {
  await using redis = await (options.cluster ? startRedisCluster(folder) : startRedis(folder));
  const listener = spawn(process.execPath, [import.meta.filename, '--listen', JSON.stringify(redis.service)], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  await once(listener, 'message');
  await using bus = await open(redis.service);
  const perSlot = (Number(options.rate) * SLOT_MS) / 1_000;
  let published = 0;
  const slots = (Number(options.seconds) * 1_000) / SLOT_MS;
  for (let slot = 0; slot < slots; slot++) {
    for (; published < (slot + 1) * perSlot; published++) {
      bus.publish(subjects[published % SUBJECTS] ?? '', { at: nowNs(), body: 'x'.repeat(200) });
    }
    await new Promise((resolve) => {
      setTimeout(resolve, SLOT_MS);
    });
  }
  console.log(`published ${published}, dropped ${bus.dropped()}`);
  listener.send('end');
  await once(listener, 'exit');
}

async function listen(service: RedisService): Promise<void> {
  const latencies: number[] = [];
  const bus = await open(service);
  for (const subject of subjects) {
    await bus.subscribe(subject, (message) => {
      latencies.push((nowNs() - (message as { at: number }).at) / 1e6); // of the publisher above
    });
  }
  process.send?.('ready');
  await once(process, 'message');
  const sorted = latencies.toSorted((a, b) => a - b);
  const at = (share: number) => (sorted[Math.floor(sorted.length * share)] ?? Number.NaN).toFixed(2);
  console.log(`heard ${sorted.length}: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, longest ${sorted.at(-1)?.toFixed(2)} ms`);
  await bus[Symbol.asyncDispose]();
  process.disconnect();
}
