import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { topicSpecs } from '@ovation/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openLmdbEventLog } from '../adapters/lmdb/event-log.ts';
import { openPgliteDatabase } from '../adapters/pglite/database.ts';
import { migrations } from '../modules/index.ts';
import type { Database } from '../ports/database.ts';
import type { EventLog } from '../ports/event-log.ts';
import { createManualClock } from '../ports/manual-clock.ts';
import { ANALYZER_SABOTAGES } from '../sabotage.ts';
import { silentLog } from '../telemetry/log.ts';
import { checkRuns, firstWrong } from './crash-model/check-run.ts';
import { type PreparedRun, writeLogs } from './crash-model/write-logs.ts';

/** The model of streaming.md 3.4 against the real analyzer, on a real LMDB and a real PGlite. */

/** `npm run bench -- crash-model` checks 200 and more. */
const RUNS = 40;
let folder: string;
let eventLog: EventLog;
let database: Database;
let runs: PreparedRun[];

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'ovation-model-'));
  const clock = createManualClock();
  eventLog = await openLmdbEventLog({ folder, clock });
  for (const spec of topicSpecs('embedded')) await eventLog.createTopic(spec);
  database = await openPgliteDatabase({ folder: 'memory://', migrations, clock, log: silentLog() });
  runs = await writeLogs(
    eventLog,
    clock,
    Array.from({ length: RUNS }, (_, seed) => seed),
  );
}, 120_000);
afterAll(async () => {
  await database[Symbol.asyncDispose]();
  await eventLog[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

describe('the analyzer', () => {
  it(`stores exactly what ${RUNS} random logs mean, however its owners die, sleep and are replaced`, async () => {
    const { incidents, wrong, revisions } = await checkRuns({ eventLog, database }, runs);
    expect(wrong).toEqual([]);
    // The model would say nothing if nothing went wrong in it.
    expect(incidents.crashes).toBeGreaterThan(RUNS);
    expect(incidents.fenced).toBeGreaterThan(RUNS / 4);
    expect(incidents.restores).toBeGreaterThan(RUNS / 4);
    expect(revisions).toBeGreaterThan(RUNS * 50);
  }, 300_000);
});

describe('the model notices', () => {
  it.each(ANALYZER_SABOTAGES)(
    '%s',
    async (sabotage) => {
      expect(await firstWrong({ eventLog, database, sabotage }, runs)).toBeDefined();
    },
    300_000,
  );
});
