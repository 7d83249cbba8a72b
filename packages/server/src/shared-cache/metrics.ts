import { declareMetrics } from '../telemetry/metrics.ts';

export const cacheMetrics = declareMetrics((metrics) => ({
  requests: metrics.counter(
    'cache_requests_total',
    'Reads of a cache in the store of small state, by cache and outcome: hit, miss, away; a store that is away counts as neither',
    ['cache', 'outcome'],
  ),
}));
