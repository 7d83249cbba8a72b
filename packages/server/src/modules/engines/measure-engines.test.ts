import { expect, it } from 'vitest';
import type { Platform } from '../../platform.ts';
import type { ReplicaLag } from '../../ports/database.ts';
import { streamMetrics } from '../../stream/metrics.ts';
import { createMetrics } from '../../telemetry/metrics.ts';
import { measurer } from './measure-engines.ts';
import { engineMetrics } from './metrics.ts';

it('brings what engines say of themselves to the metrics', async () => {
  const metrics = createMetrics();
  let lag: ReplicaLag | undefined = { bytes: 700, seconds: 2 };
  let dropped = 3;
  let isUp = true;
  const status = () => (isUp ? { state: 'up' as const } : { state: 'down' as const, reason: 'gone' });
  const measure = measurer({
    metrics,
    bus: { status, dropped: () => dropped },
    ephemeral: { status },
    eventLog: { retries: () => 5 },
    database: { pool: () => ({ total: 7, idle: 4, waiting: 1 }) },
    replicaLag: () => lag,
  } as unknown as Platform); // asks nothing else
  measure();
  measure();
  const text = () => metrics.registry.metrics();
  expect(await text()).toContain('redis_up{use="store"} 1');
  expect(await text()).toContain('bus_messages_dropped_total 3');
  expect(await text()).toContain('database_pool_connections{state="waiting"} 1');
  expect(await text()).toContain('database_replica_lag_seconds{server="replica"} 2');
  expect(await text()).toContain('retries_total{part="event-log"} 5');
  isUp = false;
  dropped = 10;
  lag = undefined;
  measure();
  expect(await text()).toContain('redis_up{use="bus"} 0');
  expect(await text()).toContain('bus_messages_dropped_total 10');
  expect(await text()).not.toContain('server="replica"');
});

it('says nothing of engines that are not there', async () => {
  const metrics = createMetrics();
  const none = { bus: {}, ephemeral: {}, eventLog: {}, database: {} };
  measurer({ metrics, ...none } as unknown as Platform)(); // asks nothing else
  for (const gauge of [engineMetrics(metrics).redisUp, engineMetrics(metrics).poolConnections]) {
    expect((await gauge.get()).values).toEqual([]);
  }
  expect((await streamMetrics(metrics).retries.get()).values).toEqual([{ labels: { part: 'event-log' }, value: 0 }]);
});
