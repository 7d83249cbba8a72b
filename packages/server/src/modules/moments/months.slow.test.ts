import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { describeMomentMonths } from '../../../test/contracts/moment-months.contract.ts';
import { createManualClock } from '../../../test/support/manual-clock.ts';
import { openPgliteDatabase } from '../../adapters/pglite/database.ts';
import type { Migration } from '../../ports/database.ts';
import { silentLogger } from '../../telemetry/logger.ts';

async function create() {
  const root = await mkdtemp(path.join(tmpdir(), 'ovation-months-'));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  const folder = path.join(root, 'db');
  return (migrations: readonly Migration[]) =>
    openPgliteDatabase({ folder, migrations, clock: createManualClock(), logger: silentLogger() });
}

describeMomentMonths('PGlite', create, 50_000);
