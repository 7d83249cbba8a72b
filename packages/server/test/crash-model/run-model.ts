import { type ChannelDetector, type EngineOptions, surge } from '@ovation/moments';
import { createPartitionStore } from '../../src/modules/moments/index.ts';
import { FencedError, type PartitionStore } from '../../src/stream/partition-store.ts';
import type { Database } from '../../src/ports/database.ts';
import type { EventLog } from '../../src/ports/event-log.ts';
import { silentLogger } from '../../src/telemetry/logger.ts';
import { createMetrics } from '../../src/telemetry/metrics.ts';
import { analyzePartition } from '../../src/stream/analyze-partition.ts';
import { createDeadLetters } from '../../src/stream/dead-letters.ts';
import { type Fault, FaultyProcess, isCrash } from './faulty-process.ts';
import { pulse } from './pulse-detector.ts';
import { type Random, seededRandom } from './seeded-random.ts';
import { restoreRows, type RowsOwner, type SavedRows, saveRows } from './stored-rows.ts';

export interface ModelRun extends RowsOwner {
  readonly seed: number;
  readonly topicId: string;
  readonly aggregatedTopic: string;
  /** whether `surge` runs beside the model's own detector */
  readonly hasSurge: boolean;
}

export interface ModelParts {
  readonly eventLog: EventLog;
  readonly database: Database;
  /** default: the model's own detectors beside the listed ones that work on windows */
  readonly engine?: EngineOptions;
}

// The list hides each detector's own state type.
const WITH_PULSE: EngineOptions = { channelDetectors: [pulse as ChannelDetector<never>] };
const WITH_SURGE: EngineOptions = {
  channelDetectors: [pulse as ChannelDetector<never>, surge as ChannelDetector<never>],
};

// Nobody reads them here, and making them costs more than a transaction.
const metrics = createMetrics();

const FAULTY_LIVES = 6;
/** About as many steps as a life without a fault has. */
const STEPS_MAX = 70;
/** A log has two channels: so every close has something between its transactions. */
const WINDOWS_AT_ONCE = 1;

/** What happened to the processes of a run, so that a bench can say that the faults were real. */
export interface Incidents {
  crashes: number;
  handovers: number;
  sleepers: number;
  fenced: number;
  restores: number;
  /** crashes after one chunk of closed windows was stored and before the next one was */
  betweenChunks: number;
}

export function noIncidents(): Incidents {
  return { crashes: 0, handovers: 0, sleepers: 0, fenced: 0, restores: 0, betweenChunks: 0 };
}

/** Analyses one log by processes that die, sleep and are replaced, until one comes to the end with nobody left. */
export async function runModel(parts: ModelParts, run: ModelRun): Promise<Incidents> {
  const random = seededRandom(run.seed * 7_919 + 1);
  const incidents = noIncidents();
  await restoreRows(parts.database, run, new Map());
  await parts.eventLog.commit('server-b-group', run.topic, new Map([[run.partition, 0]]));
  const world = new World(parts, run, incidents);
  for (let life = 0; life < FAULTY_LIVES; life += 1) {
    await world.live(faultOf(random, run), random);
    if (random.chance(0.5)) await world.save();
    else if (random.chance(0.3)) await world.goBack();
  }
  await world.live({ kind: 'none', step: 0 }, random);
  await world.wakeAll();
  return incidents;
}

function faultOf(random: Random, { hasSurge }: ModelRun): Fault {
  if (random.chance(0.1)) return { kind: 'crash-between-chunks', step: random.between(1, 2) };
  const kind = random.pick<Fault['kind']>(['crash', 'crash', 'crash', 'sleep', 'sleep', 'handover']);
  return { kind, step: random.between(1, hasSurge ? 2 * STEPS_MAX : STEPS_MAX) };
}

class World {
  readonly #parts: ModelParts;
  readonly #run: ModelRun;
  readonly #incidents: Incidents;
  #sleepers: { process: FaultyProcess; ended: Promise<string> }[] = [];
  #saved: SavedRows | undefined;

  constructor(parts: ModelParts, run: ModelRun, incidents: Incidents) {
    this.#parts = parts;
    this.#run = run;
    this.#incidents = incidents;
  }

  async live(fault: Fault, random: Random): Promise<void> {
    const process = new FaultyProcess(fault, random);
    // Whoever sleeps wakes up while the next one works.
    const wakeAt = random.between(3, STEPS_MAX);
    process.onStep = (step) => {
      if (step === wakeAt) for (const sleeper of this.#sleepers) sleeper.process.wake();
    };
    const ended = this.#analyze(process, fault);
    const outcome = await Promise.race([ended, process.asleep]);
    if (outcome === 'asleep') {
      this.#incidents.sleepers += 1;
      this.#sleepers.push({ process, ended });
    } else if (outcome === 'crashed') this.#incidents.crashes += 1;
    else if (fault.kind === 'handover') this.#incidents.handovers += 1;
    if (fault.kind === 'none' && outcome !== 'ended') throw new Error(`The last owner ${outcome}`);
  }

  async save(): Promise<void> {
    this.#saved = await saveRows(this.#parts.database, this.#run);
  }

  /** The database as it was; nobody who knows better is left, as when a backup is restored. */
  async goBack(): Promise<void> {
    for (const { process } of this.#sleepers) process.kill();
    await this.wakeAll();
    if (!this.#saved) return;
    this.#incidents.restores += 1;
    await restoreRows(this.#parts.database, this.#run, this.#saved);
  }

  async wakeAll(): Promise<void> {
    for (const { process } of this.#sleepers) process.wake();
    const outcomes = await Promise.all(this.#sleepers.map(({ ended }) => ended));
    this.#incidents.fenced += outcomes.filter((outcome) => outcome === 'fenced').length;
    this.#sleepers = [];
  }

  async #analyze(process: FaultyProcess, fault: Fault): Promise<'ended' | 'crashed' | 'fenced'> {
    const { aggregatedTopic, partition, topic, topicId } = this.#run;
    const database = process.database(this.#parts.database);
    const eventLog = process.eventLog(this.#parts.eventLog);
    const logger = silentLogger();
    const chunks = new ChunkWatch(process, fault.kind === 'crash-between-chunks' ? fault.step : 0);
    try {
      await analyzePartition({
        eventLog,
        store: chunks.watched(createPartitionStore({ database, topic, topicId, partition, aggregatedTopic })),
        channels: { aliases: () => Promise.resolve(new Map()) },
        deadLetters: createDeadLetters({ eventLog, logger, metrics }),
        clock: process.clock,
        logger,
        metrics,
        topic,
        partition,
        signal: process.signal,
        onProgress: () => undefined,
        engine: this.#parts.engine ?? (this.#run.hasSurge ? WITH_SURGE : WITH_PULSE),
      });
      return 'ended';
    } catch (error) {
      if (error instanceof FencedError) return 'fenced';
      if (!isCrash(error)) throw error;
      if (chunks.isBetween) this.#incidents.betweenChunks += 1;
      return 'crashed';
    }
  }
}

/** Notes whether a process is in the middle of a close, and lets it die there when it is to. */
class ChunkWatch {
  readonly #process: FaultyProcess;
  readonly #diesInClose: number;
  #closes = 0;
  #stored = 0;
  #isStoring = false;

  constructor(process: FaultyProcess, diesInClose: number) {
    this.#process = process;
    this.#diesInClose = diesInClose;
  }

  /** Some of a close is stored and the next part of it was on its way. */
  get isBetween(): boolean {
    return this.#stored > 0 && this.#isStoring;
  }

  watched(store: PartitionStore): PartitionStore {
    return {
      ...store,
      windowsAtOnce: WINDOWS_AT_ONCE,
      storeWindows: async (generation, closed) => {
        this.#isStoring = true;
        if (this.#stored === 0) this.#closes += 1;
        else if (this.#closes === this.#diesInClose) this.#process.kill();
        await store.storeWindows(generation, closed);
        this.#isStoring = false;
        this.#stored += 1;
      },
      storeSnapshot: async (...snapshot) => {
        await store.storeSnapshot(...snapshot);
        this.#stored = 0;
      },
    };
  }
}
