import type { Clock } from '../ports/clock.ts';
import type { EventLog } from '../ports/event-log.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { LagMeter } from './lag-meter.ts';
import { streamMetrics } from './metrics.ts';

const LOOK_EVERY_MS = 1_000;

export interface BridgeLagParts {
  readonly eventLog: Pick<EventLog, 'endOffsets'>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

interface Held {
  next: number;
  readonly meter: LagMeter;
}

/** Tells the metrics how far the bridge of this process is behind, by topic. */
export class BridgeLag implements Disposable {
  readonly #parts: BridgeLagParts;
  /** topic → partition */
  readonly #held = new Map<string, Map<number, Held>>();
  readonly #timer: Disposable;
  #isLooking = false;

  constructor(parts: BridgeLagParts) {
    this.#parts = parts;
    this.#timer = parts.clock.every(LOOK_EVERY_MS, () => void this.look());
  }

  /** Everything before `next` is copied. */
  reached(topic: string, partition: number, next: number): void {
    const partitions = this.#held.get(topic) ?? new Map<number, Held>();
    this.#held.set(topic, partitions);
    const held = partitions.get(partition);
    if (held) held.next = next;
    else partitions.set(partition, { next, meter: new LagMeter() });
  }

  /** This process does not copy it any more. */
  released(topic: string, partition?: number): void {
    const partitions = this.#held.get(topic);
    if (partition !== undefined) partitions?.delete(partition);
    if (partition !== undefined && partitions && partitions.size > 0) return;
    this.#held.delete(topic);
    const { bridgeLag, consumerLag } = streamMetrics(this.#parts.metrics);
    for (const gauge of [bridgeLag, consumerLag]) gauge.remove({ topic });
  }

  /** Never rejects: a log that does not answer is seen elsewhere, and what was known stays. */
  async look(): Promise<void> {
    if (this.#isLooking) return;
    this.#isLooking = true;
    try {
      for (const topic of this.#held.keys()) this.#tell(topic, await this.#parts.eventLog.endOffsets(topic));
    } catch (error) {
      this.#parts.logger.debug({ error: String(error) }, 'The ends of the raw topics could not be read');
    } finally {
      this.#isLooking = false;
    }
  }

  [Symbol.dispose](): void {
    this.#timer[Symbol.dispose]();
  }

  #tell(topic: string, ends: readonly number[]): void {
    const partitions = this.#held.get(topic);
    if (!partitions) return;
    const now = this.#parts.clock.now();
    let seconds = 0;
    let records = 0;
    for (const [partition, { meter, next }] of partitions) {
      const end = ends[partition] ?? 0;
      seconds = Math.max(seconds, meter.seen(next, end, now));
      records += Math.max(0, end - next);
    }
    const { bridgeLag, consumerLag } = streamMetrics(this.#parts.metrics);
    bridgeLag.set({ topic }, seconds);
    consumerLag.set({ topic }, records);
  }
}
