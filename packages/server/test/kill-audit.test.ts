import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { auditCrashes } from './crash-audit/run-audit.ts';

/** The small audit; `npm run bench -- crash-audit` kills 20 times under 2,000 reactions a second. */
it('kill -9 under load loses nothing acknowledged, counts nothing twice, and every feed goes on without a hole (S2-21)', async () => {
  const root = await mkdtemp(path.join(tmpdir(), 'ovation-audit-'));
  const report = await auditCrashes({
    folder: path.join(root, 'data'),
    journalFile: path.join(root, 'journal'),
    kills: 3,
    sockets: 12,
    reactionsPerSecond: 10,
    batchSize: 20,
    batchPauseMs: 20,
    life: [300, 1_500],
  });
  expect(report.faults).toEqual([]);
  expect(report.acknowledged).toBeGreaterThan(100);
  expect(report.resent).toBeGreaterThanOrEqual(report.kills);
  expect(report.socketLost).toBeLessThan(report.socketReactions);
  await rm(root, { recursive: true });
}, 120_000);
