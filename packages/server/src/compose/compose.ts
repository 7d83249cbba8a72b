import path from 'node:path';
import type { Config } from '../config/config.ts';
import { ClosingStack } from '../host/closing-stack.ts';
import { type DataFolder, folderError, openDataFolder } from '../host/data-folder.ts';
import { refusePortInUse } from '../host/port-in-use.ts';
import { watchClock } from '../telemetry/clock-watch.ts';
import { createLogger, type Logger } from '../telemetry/logger.ts';
import { roles } from '../roles/index.ts';
import { type Backends, openBackends, type Opening, valueOf } from './open-backends.ts';

/** What an embedded log or database means for the other roles; undefined when they can run in other processes. */
export function aloneSentence({ roles: wanted, services }: Config): string | undefined {
  const isComplete = wanted.length === roles.length;
  if (isComplete || (services.kafka && services.postgres)) return undefined;
  return 'Some roles do not run, and no other process can join: the data folder is for one process';
}

export interface Running extends AsyncDisposable {
  /** where the one port listens, without a slash at the end */
  readonly url: string;
}

/**
 * Opens the adapters, wires the modules, starts the chosen roles and listens. Disposing stops in groups: no new requests,
 * roles finish, backends close.
 * @throws Error with a sentence for a person when the folder, a backend or the port cannot be had
 */
export async function compose(config: Config, { isTerminal }: { isTerminal: boolean }): Promise<Running> {
  const closing = new ClosingStack();
  try {
    return await start(config, isTerminal, closing);
  } catch (error) {
    await closing[Symbol.asyncDispose]();
    throw error;
  }
}

async function start(config: Config, isTerminal: boolean, closing: ClosingStack): Promise<Running> {
  const folder = closing.use(await openDataFolder(config.dataDir));
  await refusePortInUse(config);
  const logger = openLogger(config, folder, isTerminal);
  const { backends, program } = await openAndLoad(folder, { config, logger, closing });
  const platform = await program.createPlatform(config, backends, logger);
  const clockWatch = watchClock(platform.clock, logger);
  closing.defer(() => clockWatch[Symbol.dispose]());
  const publishing = program.publishEntries(platform.database, platform.bus);
  closing.defer(() => publishing[Symbol.dispose]());
  const modules = program.createModules(program.read, platform);
  await modules.start('before serving', closing);
  const progress = { isDraining: false };
  const url = await program.openDoors({ platform, modules, folder, closing, progress });
  await modules.start('serving', closing);
  logger.info({ url, roles: config.roles, dataDir: folder.path }, 'Ovation is ready');
  const alone = aloneSentence(config);
  if (alone !== undefined) logger.warn({ roles: config.roles }, alone);
  const stop = () => {
    progress.isDraining = true;
    return closing[Symbol.asyncDispose]();
  };
  return { url, [Symbol.asyncDispose]: stop };
}

function openLogger({ debug, retention }: Config, folder: DataFolder, isTerminal: boolean): Logger {
  const file = path.join(folder.path, 'app.log');
  try {
    return createLogger({ debug, file, megabytes: retention.logMegabytes, console: !isTerminal });
  } catch (error) {
    throw folderError(folder.path, error);
  }
}

/** The rest of the program is read while the database opens. */
async function openAndLoad(
  folder: DataFolder,
  opening: Opening & { readonly config: Config },
): Promise<{ backends: Backends; program: Program }> {
  const started = Promise.withResolvers<void>();
  const backends = openBackends(folder, opening, started.resolve);
  await Promise.race([started.promise, backends]);
  // Both have settled before one may fail: what opens after the closing has begun would keep the process alive.
  const [opened, loaded] = await Promise.allSettled([backends, loadProgram(opening.config.roles)]);
  return { program: valueOf(loaded), backends: valueOf(opened) };
}

type Program = Awaited<ReturnType<typeof loadProgram>>;

async function loadProgram(wanted: Config['roles']) {
  const [{ createPlatform }, { createModules, read }, { openDoors }, { publishEntries }] = await Promise.all([
    import('./create-platform.ts'),
    import('./create-modules.ts').then(async ({ createModules: create, readModules }) => ({
      createModules: create,
      read: await readModules(wanted),
    })),
    import('./open-doors.ts'),
    import('../live-feeds/publish.ts'),
  ]);
  return { createPlatform, createModules, read, openDoors, publishEntries };
}
