import { declareMetrics } from '../../telemetry/metrics.ts';

export const accessMetrics = declareMetrics((metrics) => ({
  endlessTokens: metrics.counter('access_tokens_without_end_total', 'Uses of access tokens that have no claim exp'),
}));
