/**
 * The model of packages/server/test/crash-model with as many logs as you like: random logs against the real
 * analyzer whose owners die, sleep and are replaced. Bar: nothing wrong. `npm test` runs 200, and `npm run mutants` shows
 * that broken rules are noticed.
 *
 *     node bench/crash-model.ts [--runs 1000] [--first-seed 0]
 */
import { parseArgs } from 'node:util';
import { openLmdbEventLog } from '../packages/server/src/adapters/lmdb/event-log.ts';
import { openPgliteDatabase } from '../packages/server/src/adapters/pglite/database.ts';
import { checkRuns } from '../packages/server/test/crash-model/check-run.ts';
import { openModel } from '../packages/server/test/crash-model/open-model.ts';
import { printMachine } from './machine.ts';

const { values } = parseArgs({
  options: { runs: { type: 'string', default: '1000' }, 'first-seed': { type: 'string', default: '0' } },
});
const first = Number(values['first-seed']);
printMachine(['@electric-sql/pglite', 'lmdb']);

const adapters = { openEventLog: openLmdbEventLog, openDatabase: openPgliteDatabase };
const seeds = Array.from({ length: Number(values.runs) }, (_, index) => first + index);
await using model = await openModel(adapters, seeds);
const { runs } = model;
const { coverage, incidents, records, revisions, wrong } = await checkRuns(model, runs);
console.log(`${runs.length} logs, ${records} records, ${revisions} revisions: ${JSON.stringify(incidents)}`);
console.log(`in so many runs: ${JSON.stringify(coverage)}`);
for (const sentence of wrong.slice(0, 20)) console.log(sentence);
console.log(`${wrong.length} differences, bar 0: ${wrong.length === 0 ? 'holds' : 'DOES NOT HOLD'}`);
if (wrong.length > 0) process.exitCode = 1;
