/**
 * The model of packages/server/src/stream/crash-model at full size: random logs against the real analyzer whose owners
 * die, sleep and are replaced; then every sabotage switch that concerns the analyzer. Bar: nothing wrong, all noticed.
 *
 *     node bench/crash-model.ts [--runs 200] [--first-seed 0]
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { topicSpecs } from '@ovation/protocol';
import { openLmdbEventLog } from '../packages/server/src/adapters/lmdb/event-log.ts';
import { openPgliteDatabase } from '../packages/server/src/adapters/pglite/database.ts';
import { migrations } from '../packages/server/src/modules/index.ts';
import { createManualClock } from '../packages/server/src/ports/manual-clock.ts';
import { checkRuns, firstWrong } from '../packages/server/src/stream/crash-model/check-run.ts';
import { ANALYZER_SABOTAGES } from '../packages/server/src/sabotage.ts';
import { writeLogs } from '../packages/server/src/stream/crash-model/write-logs.ts';
import { silentLog } from '../packages/server/src/telemetry/log.ts';
import { printMachine } from './machine.ts';

const { values } = parseArgs({
  options: { runs: { type: 'string', default: '200' }, 'first-seed': { type: 'string', default: '0' } },
});
const first = Number(values['first-seed']);
printMachine(['@electric-sql/pglite', 'lmdb']);

const folder = await mkdtemp(path.join(tmpdir(), 'ovation-model-'));
const clock = createManualClock();
const eventLog = await openLmdbEventLog({ folder, clock });
for (const spec of topicSpecs('embedded')) await eventLog.createTopic(spec);
const database = await openPgliteDatabase({ folder: 'memory://', migrations, clock, log: silentLog() });
const seeds = Array.from({ length: Number(values.runs) }, (_, index) => first + index);
const runs = await writeLogs(eventLog, clock, seeds);

const { incidents, records, revisions, wrong } = await checkRuns({ eventLog, database }, runs);
console.log(`${runs.length} logs, ${records} records, ${revisions} revisions: ${JSON.stringify(incidents)}`);
for (const sentence of wrong.slice(0, 20)) console.log(sentence);
console.log(`${wrong.length} differences, bar 0: ${wrong.length === 0 ? 'holds' : 'DOES NOT HOLD'}`);
if (wrong.length > 0) process.exitCode = 1;

for (const sabotage of ANALYZER_SABOTAGES) {
  const found = await firstWrong({ eventLog, database, sabotage }, runs);
  console.log(`${sabotage.padEnd(30)} ${found ? `noticed by run ${found.run.seed}` : 'NOT NOTICED'}`);
  if (!found) process.exitCode = 1;
}
await database[Symbol.asyncDispose]();
await eventLog[Symbol.asyncDispose]();
await rm(folder, { recursive: true });
