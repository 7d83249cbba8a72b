import type { ChannelDetector, EngineOptions } from '@ovation/moments';
import { createPartitionStore, FencedError } from '../../modules/moments/index.ts';
import type { Database } from '../../ports/database.ts';
import type { EventLog } from '../../ports/event-log.ts';
import type { Sabotage } from '../../sabotage.ts';
import { silentLog } from '../../telemetry/log.ts';
import { createMetrics } from '../../telemetry/metrics.ts';
import { analyzePartition } from '../analyze-partition.ts';
import { createDeadLetters } from '../dead-letters.ts';
import type { Fault } from './faulty-process.ts';
import { FaultyProcess, isCrash } from './faulty-process.ts';
import { pulse } from './pulse-detector.ts';
import type { Random } from './seeded-random.ts';
import { seededRandom } from './seeded-random.ts';
import type { RowsOwner, SavedRows } from './stored-rows.ts';
import { restoreRows, saveRows } from './stored-rows.ts';

export interface ModelRun extends RowsOwner {
  readonly seed: number;
  readonly topicId: string;
  readonly aggregatedTopic: string;
}

export interface ModelParts {
  readonly eventLog: EventLog;
  readonly database: Database;
  readonly sabotage?: Sabotage | undefined;
  /** default: the model's own detector beside the listed ones that work on windows */
  readonly engine?: EngineOptions;
}

// The list hides each detector's own state type.
const WITH_PULSE: EngineOptions = { channelDetectors: [pulse as ChannelDetector<never>] };

// Nobody reads them here, and making them costs more than a transaction.
const metrics = createMetrics();

const FAULTY_LIVES = 6;
/** About as many steps as a life without a fault has. */
const STEPS_MAX = 70;

/** What happened to the processes of a run, so that a bench can say that the faults were real. */
export interface Incidents {
  crashes: number;
  handovers: number;
  sleepers: number;
  fenced: number;
  restores: number;
}

/** Analyses one log by processes that die, sleep and are replaced, until one comes to the end with nobody left. */
export async function runModel(parts: ModelParts, run: ModelRun): Promise<Incidents> {
  const random = seededRandom(run.seed * 7_919 + 1);
  const incidents: Incidents = { crashes: 0, handovers: 0, sleepers: 0, fenced: 0, restores: 0 };
  await restoreRows(parts.database, run, new Map());
  await parts.eventLog.commit('server-b-group', run.topic, new Map([[run.partition, 0]]));
  const world = new World(parts, run, incidents);
  for (let life = 0; life < FAULTY_LIVES; life += 1) {
    await world.live(faultOf(random), random);
    if (random.chance(0.5)) await world.save();
    else if (random.chance(0.3)) await world.goBack();
  }
  await world.live({ kind: 'none', step: 0 }, random);
  await world.wakeAll();
  return incidents;
}

function faultOf(random: Random): Fault {
  const kind = random.pick<Fault['kind']>(['crash', 'crash', 'crash', 'sleep', 'sleep', 'handover']);
  return { kind, step: random.between(1, STEPS_MAX) };
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
    const ended = this.#analyze(process);
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

  async #analyze(process: FaultyProcess): Promise<'ended' | 'crashed' | 'fenced'> {
    const { sabotage } = this.#parts;
    const { aggregatedTopic, partition, topic, topicId } = this.#run;
    const database = process.database(this.#parts.database);
    const eventLog = process.eventLog(this.#parts.eventLog);
    const log = silentLog();
    const switches = sabotage === undefined ? {} : { sabotage };
    try {
      await analyzePartition({
        eventLog,
        store: createPartitionStore({ database, topic, topicId, partition, aggregatedTopic, ...switches }),
        channels: { aliases: () => Promise.resolve(new Map()) },
        deadLetters: createDeadLetters({ eventLog, log, metrics }),
        clock: process.clock,
        log,
        metrics,
        topic,
        partition,
        signal: process.signal,
        onProgress: () => undefined,
        engine: this.#parts.engine ?? WITH_PULSE,
        ...switches,
      });
      return 'ended';
    } catch (error) {
      if (error instanceof FencedError) return 'fenced';
      if (isCrash(error)) return 'crashed';
      throw error;
    }
  }
}
