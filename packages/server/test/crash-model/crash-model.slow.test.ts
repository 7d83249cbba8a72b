import { describe, expect, it, onTestFinished } from 'vitest';
import { openLmdbEventLog } from '../../src/adapters/lmdb/event-log.ts';
import { openPgliteDatabase } from '../../src/adapters/pglite/database.ts';
import { checkRuns } from './check-run.ts';
import { openModel } from './open-model.ts';

/** The model (docs/decisions/exact-counting.md, "The model") against the real analyzer, on a real LMDB and a real PGlite. */

const RUNS = 200;
/** In how many runs everything that may go wrong must have gone wrong. */
const ENOUGH = 30;

describe('the analyzer', () => {
  it(`stores exactly what ${RUNS} random logs mean, however its owners die, sleep and are replaced`, async () => {
    const seeds = Array.from({ length: RUNS }, (_, seed) => seed);
    const model = await openModel({ openEventLog: openLmdbEventLog, openDatabase: openPgliteDatabase }, seeds);
    onTestFinished(() => model[Symbol.asyncDispose]());
    const { coverage, incidents, records, revisions, wrong } = await checkRuns(model, model.runs);
    console.log(`${RUNS} logs, ${records} records, ${revisions} revisions: ${JSON.stringify(incidents)}`);
    console.log(`in so many of ${RUNS} runs: ${JSON.stringify(coverage)}`);
    expect(wrong).toEqual([]);
    // The model would say nothing if nothing went wrong in it.
    expect(Object.entries(coverage).filter(([, count]) => count < ENOUGH)).toEqual([]);
  }, 600_000);
});
