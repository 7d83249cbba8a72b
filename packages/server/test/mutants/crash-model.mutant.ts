import { expect, it, onTestFinished } from 'vitest';
import { openLmdbEventLog } from '../../src/adapters/lmdb/event-log.ts';
import { openPgliteDatabase } from '../../src/adapters/pglite/database.ts';
import { firstWrong } from '../crash-model/check-run.ts';
import { openModel } from '../crash-model/open-model.ts';

/**
 * Most mutants of the analyzer are noticed by the first few logs, which are quickly written; all of them must be noticed
 * by 40 at the latest. Without a mutant none of 200 is wrong (crash-model.slow.test.ts).
 */
it.each([5, 40])(
  'stores exactly what %i random logs mean',
  async (runs) => {
    const seeds = Array.from({ length: runs }, (_, seed) => seed);
    const model = await openModel({ openEventLog: openLmdbEventLog, openDatabase: openPgliteDatabase }, seeds);
    onTestFinished(() => model[Symbol.asyncDispose]());
    expect((await firstWrong(model, model.runs))?.run.seed).toBeUndefined();
  },
  300_000,
);
