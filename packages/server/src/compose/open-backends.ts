import { clocks, databases, ephemeralStores, eventLogs, liveBuses, openAdapter } from '../adapters/index.ts';
import type { Config } from '../config/config.ts';
import type { ClosingStack } from '../host/closing-stack.ts';
import type { DataFolder } from '../host/data-folder.ts';
import type { Platform } from '../platform.ts';
import { openPatiently } from './open-patiently.ts';
import type { Logger } from '../telemetry/logger.ts';

/** The ports, whichever adapters were chosen. */
export type Backends = Pick<Platform, 'clock' | 'eventLog' | 'database' | 'bus' | 'ephemeral'>;

export interface Opening {
  readonly config: Pick<Config, 'services'>;
  readonly logger: Logger;
  readonly closing: ClosingStack;
}

/**
 * Opens every adapter. The database opens in a thread of its own, and takes longest: it is started first.
 * @param onStarted called when the database opens by itself and the caller may use the time
 */
export async function openBackends(
  { dbFolder, dumpFolder, logFolder }: DataFolder,
  { closing, config: { services }, logger }: Opening,
  onStarted: () => void,
): Promise<Backends> {
  const clock = await openAdapter(clocks, services, undefined);
  const isStarted = Promise.withResolvers<void>();
  const start = () => {
    isStarted.resolve();
    onStarted();
  };
  const migrations = isStarted.promise.then(async () => (await import('../modules/migrations.ts')).readMigrations());
  const parts = { services, clock, logger };
  const openDatabase = () =>
    openAdapter(databases, services, { ...parts, folder: dbFolder, dumpFolder, migrations, onStarted: start });
  const openLog = () => openAdapter(eventLogs, services, { ...parts, folder: logFolder });
  const opening = services.postgres ? openPatiently('PostgreSQL', openDatabase, parts) : openDatabase();
  // A server of its own does not use this process while it opens.
  if (services.postgres) start();
  await Promise.race([isStarted.promise, opening]);
  const opened = await Promise.allSettled([
    (services.kafka ? openPatiently('Kafka', openLog, parts) : openLog()).then((eventLog) => closing.use(eventLog)),
    opening.then((database) => closing.use(database)),
  ]);
  // Both have settled before one may fail, so that what did open is closed.
  const [eventLog, database] = [valueOf(opened[0]), valueOf(opened[1])];
  const bus = closing.use(await openAdapter(liveBuses, services, parts));
  const ephemeral = closing.use(await openAdapter(ephemeralStores, services, parts));
  return { clock, eventLog, database, bus, ephemeral };
}

export function valueOf<T>(outcome: PromiseSettledResult<T>): T {
  if (outcome.status === 'rejected') throw outcome.reason;
  return outcome.value;
}
