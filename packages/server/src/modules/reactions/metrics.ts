import { declareMetrics } from '../../telemetry/metrics.ts';

export const reactionMetrics = declareMetrics((metrics) => ({
  reactionsDropped: metrics.counter(
    'reactions_dropped_total',
    'Reactions that never reached the event log because it was out for too long',
  ),
}));
