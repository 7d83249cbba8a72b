import type { Platform } from '../../platform.ts';
import { streamMetrics } from '../../stream/metrics.ts';
import type { StartRun } from '../run.ts';
import { engineMetrics } from './metrics.ts';

const EVERY_MS = 1_000;
const SERVER = 'replica';

/** Brings what the engines outside of the process say of themselves to the metrics, once a second. */
export const measureEngines: StartRun<object> = async (_api, platform) => {
  const measure = measurer(platform);
  measure();
  const timer = platform.clock.every(EVERY_MS, measure);
  return { [Symbol.asyncDispose]: async () => timer[Symbol.dispose]() };
};

/** @returns measures once */
export function measurer(
  parts: Pick<Platform, 'bus' | 'database' | 'ephemeral' | 'eventLog' | 'metrics' | 'replicaLag'>,
): () => void {
  const { bus, database, ephemeral, eventLog, metrics, replicaLag } = parts;
  const { busDropped, poolConnections, redisUp, replicaLag: lagSeconds, replicaLagBytes } = engineMetrics(metrics);
  const { retries } = streamMetrics(metrics);
  const dropped = risesOf(() => bus.dropped?.() ?? 0);
  const retried = risesOf(() => eventLog.retries?.() ?? 0);
  return () => {
    for (const [use, status] of [
      ['bus', bus.status?.()],
      ['store', ephemeral.status?.()],
    ] as const) {
      if (status) redisUp.set({ use }, status.state === 'up' ? 1 : 0);
    }
    busDropped.inc(dropped());
    retries.inc({ part: 'event-log' }, retried());
    for (const [state, n] of Object.entries(database.pool?.() ?? {})) poolConnections.set({ state }, n);
    const lag = replicaLag?.();
    if (lag) {
      lagSeconds.set({ server: SERVER }, lag.seconds);
      replicaLagBytes.set({ server: SERVER }, lag.bytes);
    } else {
      lagSeconds.remove({ server: SERVER });
      replicaLagBytes.remove({ server: SERVER });
    }
  };
}

/** By how much a number that only rises has risen since the last time. */
function risesOf(read: () => number): () => number {
  let last = 0;
  return () => {
    const now = read();
    const rise = now - last;
    last = now;
    return rise;
  };
}
