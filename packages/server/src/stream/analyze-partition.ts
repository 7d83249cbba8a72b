import {
  decodeActivity,
  type EngineOptions,
  type EngineOutput,
  type GoneChannel,
  PartitionEngine,
} from '@ovation/moments';
import type { Moment } from '@ovation/protocol';
import type { Clock } from '../ports/clock.ts';
import type { EventLog, LogRecord, RecordBatch } from '../ports/event-log.ts';
import { isRefusal } from '../refusal.ts';
import { logNowAndThen, retry } from '../retry.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { BRIDGE_GROUP } from './bridge.ts';
import type { DeadLetters } from './dead-letters.ts';
import { namedMoment, needsNames } from './name-moment.ts';
import {
  FencedError,
  type LateCount,
  type PartitionLease,
  type PartitionStore,
  TopicReplacedError,
} from './partition-store.ts';
import { streamMetrics } from './metrics.ts';
import { ResultStore } from './store-results.ts';

/**
 * A snapshot is tens of kilobytes for each lively channel, and what a crash repeats without one is read in a fraction of a
 * second. The close of a window, once a minute, stores one anyway.
 */
const SNAPSHOT_PERIOD_MS = 60_000;

/** Names of emotes in their channel. */
interface EmoteNames {
  /** emote key → shown name */
  aliases(channel: string): Promise<ReadonlyMap<string, string>>;
}

interface PartitionProgress {
  /** reactions of the batch that were counted */
  readonly counted: number;
  /** whether windows wait for the watermark */
  readonly hasOpenWindows: boolean;
  /** offset of the next record */
  readonly position: number;
}

export interface AnalyzePartitionParts {
  readonly eventLog: Pick<EventLog, 'read' | 'commit' | 'committed'>;
  readonly store: PartitionStore;
  readonly channels: EmoteNames;
  readonly deadLetters: DeadLetters;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly topic: string;
  readonly partition: number;
  readonly signal: AbortSignal;
  /** called at the start and after every batch, when it is stored */
  onProgress(progress: PartitionProgress): void;
  /** called after each step of the work that succeeds */
  onStep?(): void;
  /** which detectors run, and how the engine is set */
  readonly engine: EngineOptions;
}

/**
 * Owns one partition until `signal` aborts: takes it over, applies the records after its snapshot, and stores the
 * results.
 * @throws FencedError when another analyzer took over, TopicReplacedError when the topic was replaced
 */
export async function analyzePartition(parts: AnalyzePartitionParts): Promise<void> {
  const { eventLog, topic, partition, signal } = parts;
  const lease = await retried(parts, 'Taking the partition over', () => parts.store.takeOver());
  const run = new PartitionRun(parts, lease);
  run.tellProgress(0);
  const from = new Map([[partition, run.position]]);
  const reading = { topic, from, signal };
  for await (const batch of eventLog.read(reading)) await run.apply(batch);
  // The next owner continues from this snapshot, and not from one that is up to a minute old.
  await run.snapshot();
}

class PartitionRun {
  readonly #parts: AnalyzePartitionParts;
  readonly #generation: number;
  readonly #engine: PartitionEngine;
  readonly #results: ResultStore;
  #late: LateCount[] = [];
  #snapshotAt: number;
  #snapshotOffset: number;

  constructor(parts: AnalyzePartitionParts, lease: PartitionLease) {
    this.#parts = parts;
    this.#generation = lease.generation;
    this.#engine = new PartitionEngine(parts.engine, lease.from);
    this.#results = new ResultStore({
      ...parts,
      generation: this.#generation,
      engine: this.#engine,
      place: { topic: parts.topic, partition: parts.partition },
      attempt: (what, work, isFinal) => retried(parts, what, work, isFinal),
    });
    this.#snapshotAt = parts.clock.now();
    this.#snapshotOffset = this.#engine.offset;
  }

  get position(): number {
    return this.#engine.offset + 1;
  }

  async apply(batch: RecordBatch): Promise<void> {
    await this.#noteGap(batch);
    const done: EngineOutput[] = [];
    for (const record of batch.records) {
      // Waits only after an unreadable record, because a promise for each record would cost a tenth of the throughput.
      const settingAside = this.#applyRecord(record);
      if (settingAside) await settingAside;
      // What was derived before a deletion is stored before it, whatever is read together.
      if (this.#engine.hasForgotten) done.push(await this.#storeOutput());
    }
    done.push(await this.#storeOutput());
    const hasClosed = done.some(({ closed }) => closed.length > 0);
    const counted = done.reduce((sum, output) => sum + output.counted, 0);
    const isDue = this.#parts.clock.now() - this.#snapshotAt >= SNAPSHOT_PERIOD_MS;
    if (hasClosed || isDue) await this.snapshot();
    this.tellProgress(counted);
  }

  async #storeOutput(): Promise<EngineOutput> {
    const output = this.#engine.takeOutput();
    await this.#store(output);
    return output;
  }

  tellProgress(counted: number): void {
    this.#parts.onProgress({ counted, hasOpenWindows: this.#engine.hasOpenWindows, position: this.position });
  }

  async #noteGap({ gapFrom: from, records: [first] }: RecordBatch): Promise<void> {
    if (from === undefined || !first) return;
    const { logger, metrics, partition, store, topic } = this.#parts;
    const { appendedAt, offset: to } = first;
    metrics.errors.inc({ part: 'analyzer' });
    logger.error({ topic, partition, from, to, missing: to - from }, 'Records are missing from the event log');
    await this.#retried('Noting missing records', () => store.recordGap(this.#generation, { from, to, appendedAt }));
  }

  async snapshot(): Promise<void> {
    this.#snapshotAt = this.#parts.clock.now();
    if (this.#engine.offset === this.#snapshotOffset) return;
    const snapshot = this.#engine.takeSnapshot();
    const late = this.#late;
    this.#late = [];
    await this.#results.storeSnapshot(snapshot, late);
    this.#snapshotOffset = snapshot.partition.offset;
    await this.#shareProgress(snapshot.partition.offset + 1);
  }

  /**
   * Commits the offset for the lag and for retention. No analyzer starts from it: the position is the row in the
   * database.
   */
  async #shareProgress(next: number): Promise<void> {
    const { eventLog, logger, topic, partition } = this.#parts;
    await eventLog
      .commit(BRIDGE_GROUP, topic, new Map([[partition, next]]))
      .catch((error: unknown) =>
        logger.warn({ topic, partition, error: String(error) }, 'Progress could not be committed'),
      );
  }

  #applyRecord(record: LogRecord): Promise<void> | undefined {
    const decoded = decodeActivity(record.value);
    const { offset, appendedAt } = record;
    this.#engine.apply({ offset, appendedAt, record: decoded.ok ? decoded.record : null });
    if (decoded.ok) return undefined;
    this.#parts.metrics.errors.inc({ part: 'analyzer' });
    return this.#retried('Setting a record aside', () => this.#parts.deadLetters.setAside(record, decoded.problem));
  }

  async #store(output: EngineOutput): Promise<void> {
    const { metrics } = this.#parts;
    streamMetrics(metrics).emotesProcessed.inc(output.counted);
    this.#countLate(output);
    if (output.moments.length > 0) {
      const moments = await this.#named(output.moments);
      await this.#results.publish(moments);
      this.#tell(moments);
    }
    await this.#results.storeWindows(output.closed);
    if (output.gone.length > 0) await this.#forget(output.gone);
  }

  async #forget(gone: readonly GoneChannel[]): Promise<void> {
    const names = new Set(gone.map(({ channel }) => channel));
    this.#late = this.#late.filter(({ channel }) => !names.has(channel));
    await this.#retried('Forgetting deleted channels', () => this.#parts.store.forget(this.#generation, gone));
  }

  #countLate({ late, refused }: EngineOutput): void {
    const { logger, metrics } = this.#parts;
    this.#late.push(...late);
    for (const { channel, start, n } of late) {
      streamMetrics(metrics).emotesLate.inc(n);
      logger.info({ channel, windowStart: new Date(start).toISOString(), count: n }, 'Late: counted apart');
    }
    for (const { channel, item } of refused) {
      streamMetrics(metrics).emotesRejected.inc({ reason: 'future' });
      logger.warn(
        { channel, id: item.id, occurredAt: new Date(item.t).toISOString() },
        'Reaction from the future refused',
      );
    }
  }

  async #named(moments: readonly Moment[]): Promise<Moment[]> {
    return Promise.all(
      moments.map(async (moment) => {
        if (!needsNames(moment)) return moment;
        return namedMoment(moment, await this.#names(moment.channel));
      }),
    );
  }

  async #names(channel: string): Promise<ReadonlyMap<string, string>> {
    return this.#retried('Reading emote names', async () => {
      try {
        return await this.#parts.channels.aliases(channel);
      } catch (error) {
        // A channel that cannot even be asked for has no names.
        if (isRefusal(error)) return new Map();
        throw error;
      }
    });
  }

  #tell(moments: readonly Moment[]): void {
    const { clock, logger, metrics } = this.#parts;
    for (const moment of moments) {
      if (moment.rev !== 1) continue;
      streamMetrics(metrics).significantMoments.inc({ detector: moment.detector });
      if (moment.detector === 'ratio') streamMetrics(metrics).significantMomentsDetected.inc();
      streamMetrics(metrics).processingLatency.observe(Math.max(0, clock.now() - moment.detectedAt) / 1_000);
      const { channel, display, windowStart, count, total, ratio, reasons, score, settingsVersion } = moment;
      if (reasons) {
        const { detector } = moment;
        const { flags, kind, rate } = reasons;
        logger.info(
          { channel, detector, windowStart, score, kind, flags, rate },
          'Moment of the whole audience detected',
        );
        continue;
      }
      // `timestamp` is the time of the line of the logger, so the minute is `windowStart`.
      const facts = { channel, emote: display, windowStart, count, total, ratio };
      logger.info({ ...facts, messageCount: total, settings: settingsVersion }, 'Significant moment detected');
    }
  }

  #retried<T>(what: string, work: () => Promise<T>): Promise<T> {
    return retried(this.#parts, what, work);
  }
}

function retried<T>(
  parts: AnalyzePartitionParts,
  what: string,
  work: () => Promise<T>,
  isFinal: (error: unknown) => boolean = () => false,
): Promise<T> {
  const { clock, logger, signal, topic, partition } = parts;
  const isOver = (error: unknown) => error instanceof FencedError || error instanceof TopicReplacedError;
  const log = logNowAndThen(logger.child({ topic, partition }), `${what} failed`);
  const onFailure = (error: unknown, failures: number) => {
    streamMetrics(parts.metrics).retries.inc({ part: 'analyzer' });
    log(error, failures);
  };
  const step = async () => {
    const result = await work();
    parts.onStep?.();
    return result;
  };
  return retry(step, {
    clock,
    signal,
    isFinal: (error) => isOver(error) || isFinal(error),
    onFailure,
    triesAfterAbort: true,
  });
}
