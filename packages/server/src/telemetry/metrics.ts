import { Counter, Gauge, Histogram, Registry } from 'prom-client';

export type Metrics = ReturnType<typeof createMetrics>;

/** Every metric of the server, in one place; docs/reference/metrics.md is compared with it by a test. */
export function createMetrics() {
  const registry = new Registry();
  const registers = [registry];
  return {
    registry,
    emotesProcessed: new Counter({
      name: 'emotes_processed_total',
      help: 'Reactions counted into a window by the analyzer',
      registers,
    }),
    emotesRejected: new Counter({
      name: 'emotes_rejected_total',
      help: 'Raw emote records that were not valid and were skipped, by reason',
      labelNames: ['reason'],
      registers,
    }),
    emotesLate: new Counter({
      name: 'emotes_late_total',
      help: 'Reactions that came after their window had closed',
      registers,
    }),
    significantMomentsDetected: new Gauge({
      name: 'significant_moments_detected',
      help: 'Moments that the ratio detector published since start',
      registers,
    }),
    significantMoments: new Counter({
      name: 'significant_moments_total',
      help: 'Moments published since start, by detector',
      labelNames: ['detector'],
      registers,
    }),
    reactionsDropped: new Counter({
      name: 'reactions_dropped_total',
      help: 'Reactions that never reached the event log because it was out for too long',
      registers,
    }),
    websocketConnections: new Gauge({
      name: 'websocket_connections_active',
      help: 'Open sockets, by door',
      labelNames: ['door'],
      registers,
    }),
    processingLatency: new Histogram({
      name: 'processing_latency_seconds',
      help: 'From the append of the deciding record to the moment on its way to the sockets',
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2, 5],
      registers,
    }),
    errors: new Counter({
      name: 'errors_total',
      help: 'Errors that were caught, by part',
      labelNames: ['part'],
      registers,
    }),
    deadLetters: new Counter({
      name: 'dead_letters_total',
      help: 'Records set aside as dead letters, by topic',
      labelNames: ['topic'],
      registers,
    }),
    framesSent: new Counter({
      name: 'websocket_frames_sent_total',
      help: 'Frames written to sockets, by door',
      labelNames: ['door'],
      registers,
    }),
  };
}
