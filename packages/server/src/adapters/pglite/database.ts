import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Clock } from '../../ports/clock.ts';
import type { Database, Migration } from '../../ports/database.ts';
import type { Logger } from '../../telemetry/logger.ts';
import { Durability } from './folder/durability.ts';
import { type OpenedFolder, openFolder } from './folder/open-folder.ts';
import { PgliteDatabase } from './pglite-database.ts';
import { finishFolder } from './folder/prepare-folder.ts';
import { openInstallation, readBootId, recordCleanStop } from './installation.ts';
import { migrate } from './migrate.ts';

/** `packages/server/build`, seen from `src` and from the published `dist` alike. */
const TEMPLATE_FILE = fileURLToPath(new URL('../../../build/template.tar.gz', import.meta.url));

const IDLE_LIMIT_MS = 2_000;

export interface PgliteOptions {
  /** Folder of the database alone. `memory://` keeps nothing. */
  readonly folder: string;
  /** Where the hourly dumps go; default `dumps` beside the folder. */
  readonly dumpFolder?: string;
  /** May still be on its way: reading the modules takes as long as opening the thread. */
  readonly migrations: readonly Migration[] | Promise<readonly Migration[]>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** tar.gz of an initialised data folder (scripts/build-template.ts). Missing = initdb, some seconds. */
  readonly templateFile?: string;
  /** How long a unit of work may wait for something other than the database; default 2,000 ms. */
  readonly idleLimitMs?: number;
  /** Called when the thread is at work, so that the caller can use the time. */
  readonly onStarted?: () => void;
  /** For tests: which boot of the machine this is. Default: what Linux says. */
  readonly bootId?: string;
}

/** Opens or creates the embedded database. @throws DatabaseError with a sentence for the person who started Ovation. */
export async function openPgliteDatabase(options: PgliteOptions): Promise<Database> {
  const { folder, clock, logger, templateFile = TEMPLATE_FILE, idleLimitMs = IDLE_LIMIT_MS } = options;
  const { dumpFolder = join(dirname(folder), 'dumps') } = options;
  const opened = await openFolder({
    folder,
    dumpFolder,
    templateFile,
    idleLimitMs,
    logger,
    nowMs: clock.now(),
    onStarted: options.onStarted,
  });
  const { link, plan } = opened;
  try {
    const epoch = await bringUpToDate(opened, options);
    const durability =
      plan.origin === 'memory' ? undefined : await Durability.start({ link, clock, logger, dumpFolder });
    const stop = async () => {
      await durability?.[Symbol.asyncDispose]();
      if (link.isDead) return;
      await recordCleanStop(link);
      await link.close();
    };
    return new PgliteDatabase({ link, epoch, clock, logger, idleLimitMs, stop });
  } catch (error) {
    await link.close();
    throw error;
  }
}

/** Tables and identity; a new epoch is on disk before anybody hears of it. Answers the epoch. */
async function bringUpToDate({ link, plan }: OpenedFolder, options: PgliteOptions): Promise<string> {
  const { logger } = options;
  const ran = await migrate(link, await options.migrations);
  if (ran.length > 0) logger.debug({ migrations: ran }, 'Migrations ran');
  const bootId = options.bootId ?? (await readBootId());
  const { epoch, renewed } = await openInstallation(link, { restored: plan.origin === 'restore', bootId });
  if (renewed) {
    logger.warn({ epoch }, 'The newest entries of the database may be lost; clients get a snapshot');
    await link.request({ kind: 'sync' });
  }
  await finishFolder(plan);
  return epoch;
}
