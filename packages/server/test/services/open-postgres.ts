import { inject, onTestFinished } from 'vitest';
import { openPostgresDatabase } from '../../src/adapters/postgres/database.ts';
import { feedMigrations } from '../../src/modules/feeds/index.ts';
import type { Migration } from '../../src/ports/database.ts';
import { silentLogger } from '../../src/telemetry/logger.ts';
import { createManualClock } from '../support/manual-clock.ts';
import { createEmptyDatabase } from './postgres-database.ts';

const logger = silentLogger();

/** Address of an empty database on the server of the run; it goes with the test. */
export async function emptyDatabase(icuLocale?: string): Promise<string> {
  const empty = await createEmptyDatabase(inject('engines').postgres, icuLocale === undefined ? {} : { icuLocale });
  onTestFinished(() => empty[Symbol.asyncDispose]());
  return empty.url;
}

interface Opening {
  readonly migrations?: readonly Migration[];
  readonly poolSize?: number;
}

/** As another process would open it: nothing is shared but the database. */
export async function openPostgres(url: string, { migrations = feedMigrations, poolSize = 4 }: Opening = {}) {
  const clock = createManualClock();
  const database = await openPostgresDatabase({ service: { url, poolSize }, migrations, clock, logger });
  onTestFinished(() => database[Symbol.asyncDispose]());
  return { clock, database };
}
