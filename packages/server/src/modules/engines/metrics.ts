import { declareMetrics } from '../../telemetry/metrics.ts';

export const engineMetrics = declareMetrics((metrics) => ({
  redisUp: metrics.gauge('redis_up', 'Whether Redis serves this process, by use: bus, store; not there without Redis', [
    'use',
  ]),
  busDropped: metrics.counter(
    'bus_messages_dropped_total',
    'Messages of the live bus that Redis did not confirm; most of them never reached it',
  ),
  poolConnections: metrics.gauge(
    'database_pool_connections',
    'Connections to PostgreSQL of this process, by state: total, idle, waiting (callers without one); not there without PostgreSQL',
    ['state'],
  ),
  replicaLag: metrics.gauge(
    'database_replica_lag_seconds',
    'Age of the newest commit that the read replica shows; not there while none is read from',
    ['server'],
  ),
  replicaLagBytes: metrics.gauge(
    'database_replica_lag_bytes',
    'Bytes of the write-ahead log that the read replica has not replayed; not there while none is read from',
    ['server'],
  ),
}));
