import { CLOSE } from '@ovation/protocol';
import type { Metrics } from '../../telemetry/metrics.ts';
import type { Connection } from './connection.ts';
import { gatewayMetrics } from '../metrics.ts';

/** Above this queue a connection gets no volatile frames. */
export const SOFT_QUEUE_BYTES = 65_536;
/** Above this it gets no ordered ones either: they wait in the ring. */
const HOLD_QUEUE_BYTES = 262_144;
/** Whoever is held this long is closed: they come back with a fresh state, which is cheaper than the wait. */
const HOLD_MS = 10_000;

interface Lateness {
  /** what a frame was held back for: seq of the last entry that was sent, and since when, ms */
  held: { readonly after: number; readonly since: number } | undefined;
}

/** How much of a frame a connection gets. */
export type Share = 'everything' | 'ordered' | 'nothing';

/** The connections of one audience that do not keep up (gateway.md 3.4): they cost memory only here. */
export class LateConnections {
  readonly #late = new Map<Connection, Lateness>();
  readonly #metrics: Metrics;

  constructor(metrics: Metrics) {
    this.#metrics = metrics;
  }

  heldAfter(connection: Connection): number | undefined {
    return this.#late.get(connection)?.held?.after;
  }

  forget(connection: Connection): void {
    this.#late.delete(connection);
  }

  /** Decides about one frame. @param job.after seq of the last entry before it */
  shareOf(connection: Connection, job: { readonly after: number; readonly hasVolatile: boolean }, now: number): Share {
    const { queued, isStale } = connection;
    if (queued <= SOFT_QUEUE_BYTES && !isStale && !this.#isLate(connection)) return 'everything';
    const late = this.#late.get(connection) ?? { held: undefined };
    if (!late.held && (queued > HOLD_QUEUE_BYTES || isStale)) late.held = { after: job.after, since: now };
    if (late.held) {
      this.#late.set(connection, late);
      gatewayMetrics(this.#metrics).framesSkipped.inc({ class: 'ordered' });
      return 'nothing';
    }
    if (!job.hasVolatile) return 'everything';
    this.#late.set(connection, late);
    gatewayMetrics(this.#metrics).framesSkipped.inc({ class: 'volatile' });
    return 'ordered';
  }

  /** Mostly nobody is: ten thousand look-ups a tick are worth a question. */
  #isLate(connection: Connection): boolean {
    return this.#late.size > 0 && this.#late.has(connection);
  }

  /** Takes out those whose queue has drained, with what they have; closes those that are held for too long. */
  takeReady(now: number): { readonly connection: Connection; readonly after: number | undefined }[] {
    const ready: { connection: Connection; after: number | undefined }[] = [];
    for (const [connection, { held }] of this.#late) {
      if (connection.queued <= SOFT_QUEUE_BYTES && !connection.isStale) {
        this.#late.delete(connection);
        ready.push({ connection, after: held?.after });
      } else if (held && now - held.since > HOLD_MS) {
        this.#late.delete(connection);
        gatewayMetrics(this.#metrics).slowClosed.inc({ reason: connection.isStale ? 'stale' : 'held' });
        connection.close(CLOSE.slow, 'slow, come back');
      }
    }
    return ready;
  }
}
