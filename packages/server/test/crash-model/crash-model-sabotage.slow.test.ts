import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openLmdbEventLog } from '../../src/adapters/lmdb/event-log.ts';
import { openPgliteDatabase } from '../../src/adapters/pglite/database.ts';
import { ANALYZER_SABOTAGES } from '../../src/sabotage.ts';
import { firstWrong } from './check-run.ts';
import type { OpenModel } from './open-model.ts';
import { openModel } from './open-model.ts';

/** Each switch must be noticed by one of these at the latest; without a switch none is wrong (crash-model.slow.test.ts). */
const RUNS = 40;
let model: OpenModel;
beforeAll(async () => {
  const seeds = Array.from({ length: RUNS }, (_, seed) => seed);
  model = await openModel({ openEventLog: openLmdbEventLog, openDatabase: openPgliteDatabase }, seeds);
}, 120_000);
afterAll(() => model[Symbol.asyncDispose]());

describe('the model notices', () => {
  it.each(ANALYZER_SABOTAGES)(
    '%s',
    async (sabotage) => {
      expect(await firstWrong(model, model.runs, sabotage)).toBeDefined();
    },
    300_000,
  );
});
