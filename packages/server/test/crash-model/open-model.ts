import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { topicSpecs } from '@ovation/protocol';
import { ClosingStack } from '../../src/host/closing-stack.ts';
import { readMigrations } from '../../src/modules/migrations.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { Database, Migration } from '../../src/ports/database.ts';
import type { EventLog } from '../../src/ports/event-log.ts';
import { createManualClock } from '../support/manual-clock.ts';
import { type Logger, silentLogger } from '../../src/telemetry/logger.ts';
import { type PreparedRun, writeLogs } from './write-logs.ts';

export interface OpenModel extends AsyncDisposable {
  readonly eventLog: EventLog;
  readonly databases: readonly Database[];
  readonly runs: readonly PreparedRun[];
}

/** What the model runs on: the real ones, named by the test. */
export interface ModelAdapters {
  readonly openEventLog: (options: { folder: string; clock: Clock }) => Promise<EventLog>;
  readonly openDatabase: (options: DatabaseOptions) => Promise<Database>;
}

interface DatabaseOptions {
  readonly folder: 'memory://';
  readonly migrations: readonly Migration[];
  readonly clock: Clock;
  readonly logger: Logger;
}

/** A log with one random log per seed, and two databases; opened once for all runs, whose rows are kept apart. */
export async function openModel(
  { openDatabase, openEventLog }: ModelAdapters,
  seeds: readonly number[],
): Promise<OpenModel> {
  const closing = new ClosingStack();
  const folder = await mkdtemp(path.join(tmpdir(), 'ovation-model-'));
  closing.defer(() => rm(folder, { recursive: true }));
  const clock = createManualClock();
  const eventLog = closing.use(await openEventLog({ folder, clock }));
  for (const spec of topicSpecs('embedded')) await eventLog.createTopic(spec);
  const parts = { folder: 'memory://', migrations: await readMigrations(), clock, logger: silentLogger() } as const;
  // Two, because the thread of one is what hundreds of runs wait for.
  const databases = await Promise.all([openDatabase(parts), openDatabase(parts)]);
  for (const database of databases) closing.use(database);
  const runs = await writeLogs(eventLog, clock, seeds);
  return { eventLog, databases, runs, [Symbol.asyncDispose]: () => closing[Symbol.asyncDispose]() };
}
