/**
 * Kills a real server again and again under load, freezes it in between (SIGSTOP, SIGCONT), and audits its log, its database and what clients were shown. Bars: 0
 * acknowledged ids lost, 0 reactions counted twice, no hole in any feed; of reactions by socket, which nobody
 * acknowledges, only the last moments before a kill may be missing.
 *
 *     node bench/crash-audit.ts [--kills 20] [--sockets 200] [--rate 8] [--least 1000] [--most 6000] [--freezes 10]
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { pause } from '../packages/server/test/flows/crash-audit/batch-sender.ts';
import { freeze } from '../packages/server/test/flows/crash-audit/disturbances.ts';
import { auditCrashes } from '../packages/server/test/flows/crash-audit/run-audit.ts';
import { median, printMachine } from './machine.ts';

/** Longer than the 2.5 s after which the analyzer takes the log for having stood still. */
const FREEZE_MS = 3_500;
const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '20' },
    sockets: { type: 'string', default: '200' },
    rate: { type: 'string', default: '8' },
    least: { type: 'string', default: '1000' },
    most: { type: 'string', default: '6000' },
    freezes: { type: 'string', default: '10' },
  },
});
printMachine(['lmdb', '@electric-sql/pglite', 'ws']);
const freezes = Number(values.freezes);
let frozen = 0;
const root = await mkdtemp(path.join(tmpdir(), 'ovation-audit-'));
const report = await auditCrashes({
  folder: path.join(root, 'data'),
  journalFile: path.join(root, 'journal'),
  kills: Number(values.kills),
  sockets: Number(values.sockets),
  reactionsPerSecond: Number(values.rate),
  batchSize: 50,
  batchPauseMs: 50,
  life: [Number(values.least), Number(values.most)],
  // The last lives: the very last one is stopped in good order, and nothing of it may be missing.
  disturb: async (server, life) => {
    if (life <= Number(values.kills) - freezes) return;
    await pause(500 + Math.random() * 1_000);
    await freeze(server, FREEZE_MS);
    frozen += 1;
    // What waits in its sockets is read first: it was not accepted yet.
    await pause(1_500 + Math.random() * 1_000);
  },
  onLife: ({ lastedMs, number, reactionsPerSecond }) =>
    console.log(`life ${number}: ${lastedMs} ms, ${reactionsPerSecond.toFixed(0)} reactions/s by sockets`),
});
console.log(`${report.kills} kills, ${report.acknowledged} acknowledged ids, ${report.resent} requests sent again`);
console.log(
  `${report.socketReactions} reactions by sockets, ${report.socketLost} lost; the oldest was sent before its kill: median ${median(report.lostAgeMs)} ms, most ${Math.max(...report.lostAgeMs)} ms`,
);
console.log(
  `of a life the log lacks what came after its last slot: median ${median(report.unsavedMs)} ms before the kill, most ${Math.max(...report.unsavedMs)} ms`,
);
console.log(
  `${frozen} freezes of ${FREEZE_MS} ms, the log stood still ${report.standstills.count} times for ${report.standstills.ms} ms in all (starts after kills count too)`,
);
for (const fault of report.faults.slice(0, 20)) console.log(fault);
console.log(`${report.faults.length} faults, bar 0: ${report.faults.length === 0 ? 'holds' : 'DOES NOT HOLD'}`);
if (report.faults.length > 0) process.exitCode = 1;
await rm(root, { recursive: true });
