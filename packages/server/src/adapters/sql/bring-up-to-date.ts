import type { Migration } from '../../ports/database.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { SqlConnection } from './connection.ts';
import { openInstallation, type StartFacts } from './installation.ts';
import { migrate } from './migrate.ts';

export interface Start extends StartFacts {
  readonly migrations: readonly Migration[] | Promise<readonly Migration[]>;
  readonly logger: Logger;
}

/** Tables and identity; a new epoch is on disk before anybody hears of it. Answers the epoch. */
export async function bringUpToDate(connection: SqlConnection, start: Start): Promise<string> {
  const { migrations, logger } = start;
  const ran = await migrate(connection, await migrations);
  if (ran.length > 0) logger.debug({ migrations: ran }, 'Migrations ran');
  const { epoch, renewed } = await openInstallation(connection, start);
  if (renewed) {
    logger.warn({ epoch }, 'The newest entries of the database may be lost; clients get a snapshot');
    await connection.flush();
  }
  return epoch;
}
