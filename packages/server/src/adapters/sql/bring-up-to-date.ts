import type { Migration } from '../../ports/database.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { SqlConnection } from './connection.ts';
import { feedAppend } from './feed-append.ts';
import { joinInstallation, openInstallation, type StartFacts } from './installation.ts';
import { migrate } from './migrate.ts';

export interface Start {
  /** of the modules */
  readonly migrations: readonly Migration[] | Promise<readonly Migration[]>;
  readonly logger: Logger;
  /** What this start says of the run before. Undefined: other processes may be at work, and a start changes nothing. */
  readonly facts: StartFacts | undefined;
  /** how a person chooses another database, as it stands in a sentence */
  readonly elsewhere: string;
}

/** Tables, the function of appends, identity; a new epoch is on disk before anybody hears of it. Answers the epoch. */
export async function bringUpToDate(connection: SqlConnection, start: Start): Promise<string> {
  const { elsewhere, facts, logger, migrations } = start;
  const ran = await migrate(connection, [...feedAppend, ...(await migrations)], elsewhere);
  if (ran.length > 0) logger.debug({ migrations: ran }, 'Migrations ran');
  if (!facts) return joinInstallation(connection);
  const { epoch, renewed } = await openInstallation(connection, facts);
  if (renewed) {
    logger.warn({ epoch }, 'The newest entries of the database may be lost; clients get a snapshot');
    await connection.flush();
  }
  return epoch;
}
