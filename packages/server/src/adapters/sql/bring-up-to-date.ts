import type { Migration } from '../../ports/database.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { SqlConnection } from './connection.ts';
import { feedAppend } from './feed-append.ts';
import { openInstallation, type StartFacts } from './installation.ts';
import { migrate } from './migrate.ts';

export interface Start extends StartFacts {
  /** of the modules */
  readonly migrations: readonly Migration[] | Promise<readonly Migration[]>;
  readonly logger: Logger;
}

/** Tables, the function of appends, identity; a new epoch is on disk before anybody hears of it. Answers the epoch. */
export async function bringUpToDate(connection: SqlConnection, start: Start): Promise<string> {
  const { migrations, logger } = start;
  const ran = await migrate(connection, [feedAppend, ...(await migrations)]);
  if (ran.length > 0) logger.debug({ migrations: ran }, 'Migrations ran');
  const { epoch, renewed } = await openInstallation(connection, start);
  if (renewed) {
    logger.warn({ epoch }, 'The newest entries of the database may be lost; clients get a snapshot');
    await connection.flush();
  }
  return epoch;
}
