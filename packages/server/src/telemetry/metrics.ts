import { Counter, Gauge, Histogram, Registry } from 'prom-client';

export type Metrics = ReturnType<typeof createMetrics>;

/** Every metric of the server, in one place; docs/reference/metrics.md is compared with it by a test. */
export function createMetrics() {
  const registry = new Registry();
  const registers = [registry];
  const counter = (name: string, help: string, labelNames: string[] = []) =>
    new Counter({ name, help, labelNames, registers });
  const gauge = (name: string, help: string, labelNames: string[] = []) =>
    new Gauge({ name, help, labelNames, registers });
  return {
    registry,
    emotesProcessed: counter('emotes_processed_total', 'Reactions counted into a window by the analyzer'),
    emotesRejected: counter(
      'emotes_rejected_total',
      'Raw emote records that were not valid and were skipped, by reason',
      ['reason'],
    ),
    emotesLate: counter('emotes_late_total', 'Reactions that came after their window had closed'),
    significantMomentsDetected: gauge(
      'significant_moments_detected',
      'Moments that the ratio detector published since start',
    ),
    significantMoments: counter('significant_moments_total', 'Moments published since start, by detector', [
      'detector',
    ]),
    reactionsDropped: counter(
      'reactions_dropped_total',
      'Reactions that never reached the event log because it was out for too long',
    ),
    websocketConnections: gauge('websocket_connections_active', 'Open sockets, by door', ['door']),
    socketsClosed: new Counter({
      name: 'websocket_closed_by_server_total',
      help: 'Sockets that the server closed, by close code',
      labelNames: ['code'],
      registers,
    }),
    processingLatency: new Histogram({
      name: 'processing_latency_seconds',
      help: 'From the append of the deciding record to the moment on its way to the sockets',
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2, 5],
      registers,
    }),
    errors: counter('errors_total', 'Errors that were caught, by part', ['part']),
    deadLetters: counter('dead_letters_total', 'Records set aside as dead letters, by topic', ['topic']),
    framesSkipped: counter(
      'websocket_frames_skipped_total',
      'Frames that a slow socket was spared: volatile ones heal, ordered ones are sent later or closed by a gap',
      ['class'],
    ),
    slowClosed: counter(
      'websocket_slow_closed_total',
      'Sockets closed with 4008 because they did not read, by reason',
      ['reason'],
    ),
    socketsRefused: counter('websocket_refused_total', 'Upgrades that were refused, by reason', ['reason']),
    resumes: counter('websocket_resumes_total', 'Subscriptions with a position, by whether all was replayed', [
      'recovered',
    ]),
    tickPeriod: gauge('websocket_tick_period_seconds', 'Time between two ticks of a room; longer while overloaded'),
    framesSent: counter('websocket_frames_sent_total', 'Frames written to sockets, by door', ['door']),
  };
}
