import type { Clock } from '../ports/clock.ts';
import type { EventLog } from '../ports/event-log.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { streamMetrics } from './metrics.ts';

/** A partition that does nothing for so long, although there is something to read, stands still. */
const STALLED_MS = 10_000;
const LOOK_EVERY_MS = 1_000;
const LOG_EVERY_MS = 60_000;
/** After a longer pause between two looks the machine slept or the process stood still: no partition could make progress. */
const ASLEEP_MS = 5_000;
/** So many ends are remembered for the lag of a partition: ten minutes; a longer lag is told by the oldest of them. */
const SAMPLES_MAX = 600;

export interface ProgressParts {
  readonly eventLog: Pick<EventLog, 'endOffsets'>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly topic: string;
}

interface Progress {
  /** offset of the next record to analyse; undefined until the partition was taken over */
  next: number | undefined;
  isBehind: boolean;
  /** since when nothing was done although there was something to read, ms */
  idleSince: number;
  /** ends of the log as they were seen, oldest first, without those that are analysed */
  samples: { end: number; at: number }[];
}

/**
 * Sees when a partition makes no progress (docs/decisions/doors.md D1): in `/ready`, `/health`, the metrics, the log, and for
 * the channels of the partition on their pages. It sees that a partition stands still, not why.
 */
export class ProgressWatch {
  readonly #parts: ProgressParts;
  readonly #partitions = new Map<number, Progress>();
  #isLooking = false;
  #lookedAt = 0;
  #loggedAt = Number.NEGATIVE_INFINITY;
  #wasStalled = false;

  constructor(parts: ProgressParts) {
    this.#parts = parts;
  }

  /** Watches the partitions that this process analyses, until disposed. */
  start(): Disposable {
    const { clock } = this.#parts;
    this.#lookedAt = clock.now();
    return clock.every(LOOK_EVERY_MS, () => void this.#look());
  }

  /** This process analyses it from now on. */
  took(partition: number): void {
    const idleSince = this.#parts.clock.now();
    this.#partitions.set(partition, { next: undefined, isBehind: false, idleSince, samples: [] });
  }

  /** Everything before this offset is analysed and stored. */
  reached(partition: number, next: number): void {
    const progress = this.#partitions.get(partition);
    if (progress) progress.next = next;
    this.moved(partition);
  }

  /** A part of the work is stored: a large batch needs many. */
  moved(partition: number): void {
    const progress = this.#partitions.get(partition);
    if (progress) progress.idleSince = this.#parts.clock.now();
  }

  /** This process does not analyse it any more. */
  released(partition: number): void {
    this.#partitions.delete(partition);
    streamMetrics(this.#parts.metrics).analyzerLag.remove({ partition: String(partition) });
  }

  /** For how long a partition has stood still, in whole seconds; 0 when it has not. */
  secondsStill(partition: number): number {
    const progress = this.#partitions.get(partition);
    if (!progress?.isBehind) return 0;
    const ms = this.#parts.clock.now() - progress.idleSince;
    return ms < STALLED_MS ? 0 : Math.floor(ms / 1_000);
  }

  /** A sentence for each partition that stands still. */
  reasons(): string[] {
    return [...this.#partitions.keys()]
      .map((partition) => ({ partition, seconds: this.secondsStill(partition) }))
      .filter(({ seconds }) => seconds > 0)
      .map(
        ({ partition, seconds }) =>
          `partition ${partition} of ${this.#parts.topic} is not analysed: no progress for ${seconds} s`,
      );
  }

  async #look(): Promise<void> {
    // A log that does not answer is seen elsewhere; what was known of the partitions stays.
    if (this.#isLooking) return;
    this.#isLooking = true;
    try {
      const ends = await this.#parts.eventLog.endOffsets(this.#parts.topic);
      const now = this.#parts.clock.now();
      const wasAsleep = now - this.#lookedAt > ASLEEP_MS;
      this.#lookedAt = now;
      for (const [partition, progress] of this.#partitions) {
        if (wasAsleep) progress.idleSince = now;
        this.#compare(partition, progress, ends[partition] ?? 0);
      }
      this.#log();
    } catch (error) {
      this.#parts.logger.debug({ error: String(error) }, 'The ends of the event log could not be read');
    } finally {
      this.#isLooking = false;
    }
  }

  #compare(partition: number, progress: Progress, end: number): void {
    const now = this.#parts.clock.now();
    const { next = 0, samples } = progress;
    const isBehind = next < end;
    if (isBehind && !progress.isBehind) progress.idleSince = now;
    progress.isBehind = isBehind;
    if (end > (samples.at(-1)?.end ?? next)) samples.push({ end, at: now });
    if (samples.length > SAMPLES_MAX) samples.splice(1, 1);
    progress.samples = samples.filter((sample) => sample.end > next);
    const oldest = progress.samples[0];
    const lag = oldest ? (now - oldest.at) / 1_000 : 0;
    streamMetrics(this.#parts.metrics).analyzerLag.set({ partition: String(partition) }, lag);
  }

  #log(): void {
    const { clock, logger } = this.#parts;
    const reasons = this.reasons();
    if (reasons.length === 0) {
      if (this.#wasStalled) logger.info({}, 'Every partition is analysed again');
      this.#wasStalled = false;
      return;
    }
    this.#wasStalled = true;
    if (clock.now() - this.#loggedAt < LOG_EVERY_MS) return;
    this.#loggedAt = clock.now();
    logger.error({ reasons }, 'The analyzer makes no progress although there is something to read');
  }
}
