import { declareMetrics } from '../telemetry/metrics.ts';

export const gatewayMetrics = declareMetrics((metrics) => ({
  websocketConnections: metrics.gauge('websocket_connections_active', 'Open sockets, by door', ['door']),
  socketsClosed: metrics.counter('websocket_closed_by_server_total', 'Sockets that the server closed, by close code', [
    'code',
  ]),
  framesSkipped: metrics.counter(
    'websocket_frames_skipped_total',
    'Frames that a slow socket was spared: volatile ones heal, ordered ones are sent later or closed by a gap',
    ['class'],
  ),
  slowClosed: metrics.counter(
    'websocket_slow_closed_total',
    'Sockets closed with 4008 because they did not read, by reason',
    ['reason'],
  ),
  socketsRefused: metrics.counter('websocket_refused_total', 'Upgrades that were refused, by reason', ['reason']),
  resumes: metrics.counter('websocket_resumes_total', 'Subscriptions with a position, by whether all was replayed', [
    'recovered',
  ]),
  tickPeriod: metrics.gauge(
    'websocket_tick_period_seconds',
    'Time between two ticks of a room; longer while overloaded',
  ),
  framesSent: metrics.counter('websocket_frames_sent_total', 'Frames written to sockets, by door', ['door']),
}));
