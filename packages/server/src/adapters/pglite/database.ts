import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Clock } from '../../ports/clock.ts';
import type { Database, Migration } from '../../ports/database.ts';
import type { Logger } from '../../telemetry/logger.ts';
import { bringUpToDate } from '../sql/bring-up-to-date.ts';
import { SqlDatabase } from '../sql/sql-database.ts';
import { lostPower, readBootId, recordCleanStop } from './folder/boot.ts';
import { Durability } from './folder/durability.ts';
import { openFolder } from './folder/open-folder.ts';
import { finishFolder } from './folder/prepare-folder.ts';
import { ThreadConnection } from './thread/thread-connection.ts';
import { VacuumTimer } from './vacuum-timer.ts';

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
    const connection = new ThreadConnection(link, idleLimitMs);
    const bootId = options.bootId ?? (await readBootId());
    const epoch = await bringUpToDate(connection, {
      migrations: options.migrations,
      logger,
      facts: {
        restored: plan.origin === 'restore',
        bootId,
        mayHaveLost: (before) => lostPower(before, bootId),
      },
      elsewhere: 'OVATION_DATA_DIR to another folder',
    });
    await finishFolder(plan);
    const durability =
      plan.origin === 'memory' ? undefined : await Durability.start({ link, clock, logger, dumpFolder });
    for (const done of await link.request({ kind: 'vacuum long' })) logger.info(done, 'Vacuumed before the start');
    const vacuum = new VacuumTimer({ link, clock, logger });
    const stop = async () => {
      await vacuum[Symbol.asyncDispose]();
      await durability?.[Symbol.asyncDispose]();
      if (link.isDead) return;
      await recordCleanStop(connection);
      await link.close();
    };
    return new SqlDatabase({ connection, isShared: false, epoch, clock, logger, stop });
  } catch (error) {
    await link.close();
    throw error;
  }
}
