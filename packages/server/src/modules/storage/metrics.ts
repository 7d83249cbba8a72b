import { declareMetrics } from '../../telemetry/metrics.ts';

export const storageMetrics = declareMetrics((metrics) => ({
  bytes: metrics.gauge('storage_bytes', 'Bytes on disk, by store: database, log, dumps, app_log', ['store']),
  tableBytes: metrics.gauge('database_table_bytes', 'Bytes of a table with its indexes, by table', ['table']),
  deadRows: metrics.gauge('database_dead_rows', 'Rows that are replaced or removed and not vacuumed yet, by table', [
    'table',
  ]),
}));
