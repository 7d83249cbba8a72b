import { declareMetrics } from '../telemetry/metrics.ts';

/** In seconds: the bar is 0.3 embedded and 0.5 in a cluster. */
// oxlint-disable-next-line no-magic-numbers -- a list with a name
const LATENCY_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2, 5];

export const streamMetrics = declareMetrics((metrics) => ({
  emotesProcessed: metrics.counter('emotes_processed_total', 'Reactions counted into a window by the analyzer'),
  emotesRejected: metrics.counter(
    'emotes_rejected_total',
    'Raw emote records that were not valid and were skipped, by reason',
    ['reason'],
  ),
  emotesLate: metrics.counter('emotes_late_total', 'Reactions that came after their window had closed'),
  significantMomentsDetected: metrics.gauge(
    'significant_moments_detected',
    'Moments that the ratio detector published since start',
  ),
  significantMoments: metrics.counter('significant_moments_total', 'Moments published since start, by detector', [
    'detector',
  ]),
  processingLatency: metrics.histogram(
    'processing_latency_seconds',
    'From the append of the deciding record to the moment on its way to the sockets',
    LATENCY_BUCKETS,
  ),
  deadLetters: metrics.counter('dead_letters_total', 'Records set aside as dead letters, by topic', ['topic']),
  analyzerLag: metrics.gauge(
    'analyzer_lag_seconds',
    'How long the oldest record that is not analysed yet has been seen in topic activity, by partition; 0 when there is none',
    ['partition'],
  ),
  bridgeLag: metrics.gauge(
    'bridge_lag_seconds',
    'How long the oldest raw record that is not copied yet has been seen, by topic, of the partitions that this process copies; 0 when there is none',
    ['topic'],
  ),
  consumerLag: metrics.gauge(
    'consumer_lag_records',
    'Records that are not copied or analysed yet, by topic, of the partitions that this process holds',
    ['topic'],
  ),
  appendLatency: metrics.histogram(
    'event_log_append_seconds',
    'How long an append to the event log took, until it was on disk or with all replicas; failed ones as well',
    LATENCY_BUCKETS,
  ),
  retries: metrics.counter(
    'retries_total',
    'Attempts that failed and are made again, by part: bridge, analyzer, event-log',
    ['part'],
  ),
  resultsRefused: metrics.counter(
    'results_refused_total',
    'Moments, windows, late counts and states that the database refused as data and that were set aside, by kind',
    ['kind'],
  ),
}));
