import path from 'node:path';
import { feedSubject } from '@ovation/protocol';
import { clocks, databases, ephemeralStores, eventLogs, liveBuses, openAdapter } from '../adapters/index.ts';
import { ClosingStack } from '../host/closing-stack.ts';
import type { Config, RoleName } from '../config/config.ts';
import type { Backends } from './create-modules.ts';
import type { DataFolder } from '../host/data-folder.ts';
import { openDataFolder } from '../host/data-folder.ts';
import { backgroundRoles } from '../roles/index.ts';
import type { RoleParts } from '../roles/role.ts';
import type { Logger } from '../telemetry/logger.ts';
import { createLogger } from '../telemetry/logger.ts';

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
  const logger = createLogger({ debug: config.debug, file: path.join(folder.path, 'app.log'), console: !isTerminal });
  const { backends, createModules, openDoors } = await openAndLoad(config, folder, { logger, closing });
  const parts = await createModules(config, backends, logger);
  closing.defer(() => parts.control[Symbol.dispose]());
  const progress = { counted: 0, isDraining: false };
  const roleParts: RoleParts = { ...parts, config, onCounted: (n) => (progress.counted += n) };
  // The simulator comes last: nothing may be appended before the bridge knows where to start.
  await startRoles(roleParts, closing, (name) => name !== 'simulator');
  const url = await openDoors({ config, parts, folder, closing, progress });
  await startRoles(roleParts, closing, (name) => name === 'simulator');
  logger.info({ url, roles: config.roles, dataDir: folder.path }, 'Ovation is ready');
  const stop = () => {
    progress.isDraining = true;
    return closing[Symbol.asyncDispose]();
  };
  return { url, [Symbol.asyncDispose]: stop };
}

interface Opening {
  readonly logger: Logger;
  readonly closing: ClosingStack;
}

/**
 * The database opens in a thread of its own, and takes longest: it is started first, and the rest of the program is read
 * while it opens.
 */
async function openAndLoad(config: Config, folder: DataFolder, opening: Opening) {
  const started = Promise.withResolvers<void>();
  const backends = openBackends(folder, opening, started.resolve);
  await Promise.race([started.promise, backends]);
  const roles = backgroundRoles.filter(({ name }) => config.roles.includes(name));
  const rest = Promise.all([
    import('./create-modules.ts'),
    import('./open-doors.ts'),
    ...roles.map(({ load }) => load()),
  ]);
  // Both have settled before one may fail: what opens after the closing has begun would keep the process alive.
  const [opened, loaded] = await Promise.allSettled([backends, rest]);
  const [{ createModules }, { openDoors }] = valueOf(loaded);
  return { backends: valueOf(opened), createModules, openDoors };
}

async function openBackends(
  folder: DataFolder,
  { logger, closing }: Opening,
  onStarted: () => void,
): Promise<Backends> {
  const clock = await openAdapter(clocks, undefined);
  const { dbFolder, dumpFolder, logFolder } = folder;
  const isStarted = Promise.withResolvers<void>();
  const start = () => {
    isStarted.resolve();
    onStarted();
  };
  const migrations = isStarted.promise.then(async () => (await import('../modules/index.ts')).migrations);
  const opening = openAdapter(databases, { folder: dbFolder, dumpFolder, migrations, clock, logger, onStarted: start });
  await Promise.race([isStarted.promise, opening]);
  const opened = await Promise.allSettled([
    openAdapter(eventLogs, { folder: logFolder, clock, logger }).then((eventLog) => closing.use(eventLog)),
    opening.then((database) => closing.use(database)),
  ]);
  // Both have settled before one may fail, so that what did open is closed.
  const [eventLog, database] = [valueOf(opened[0]), valueOf(opened[1])];
  const bus = closing.use(await openAdapter(liveBuses, { logger }));
  const delivery = database.onFeedEntries((entries) => {
    for (const { feed, epoch, seq, body } of entries) bus.publish(feedSubject(feed), { feed, epoch, seq, body });
  });
  closing.defer(() => delivery[Symbol.dispose]());
  const ephemeral = closing.use(await openAdapter(ephemeralStores, { clock }));
  return { clock, eventLog, database, bus, ephemeral };
}

function valueOf<T>(outcome: PromiseSettledResult<T>): T {
  if (outcome.status === 'rejected') throw outcome.reason;
  return outcome.value;
}

async function startRoles(parts: RoleParts, closing: ClosingStack, wanted: (name: RoleName) => boolean): Promise<void> {
  for (const { name, load } of backgroundRoles) {
    if (!wanted(name) || !parts.config.roles.includes(name)) continue;
    const startRole = await load();
    closing.use(await startRole(parts));
  }
}
