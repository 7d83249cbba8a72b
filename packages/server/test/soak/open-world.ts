import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import pino from 'pino';
import { sql } from 'kysely';
import { createInProcessEphemeralStore } from '../../src/adapters/in-process/ephemeral-store.ts';
import { createInProcessLiveBus } from '../../src/adapters/in-process/live-bus.ts';
import { openLmdbEventLog } from '../../src/adapters/lmdb/event-log.ts';
import { openPgliteDatabase } from '../../src/adapters/pglite/database.ts';
import { createModules, readModules } from '../../src/compose/create-modules.ts';
import { createPlatform } from '../../src/compose/create-platform.ts';
import { createConfig } from '../../src/config/config.ts';
import { ClosingStack } from '../../src/host/closing-stack.ts';
import type { Channels } from '../../src/modules/channels/index.ts';
import { readMigrations } from '../../src/modules/migrations.ts';
import type { Moments } from '../../src/modules/moments/index.ts';
import type { Reactions } from '../../src/modules/reactions/index.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { Database } from '../../src/ports/database.ts';
import type { EventLog } from '../../src/ports/event-log.ts';
import { createManualClock, type ManualClock } from '../support/manual-clock.ts';

export interface World extends AsyncDisposable {
  readonly clock: ManualClock;
  readonly database: Database;
  readonly eventLog: EventLog;
  readonly channels: Channels;
  readonly moments: Moments;
  readonly reactions: Reactions;
  readonly vacuums: { readonly table: string; readonly ms: number }[];
  /** lines of the log from level warn on */
  readonly complaints: string[];
}

const DAY_MS = 86_400_000;
const HALF_HOUR_MS = 1_800_000;

/** The analyzer and the worker of the product on its embedded parts, with a clock that is moved by hand. */
export async function openWorld(folder: string, days: { feeds: string; windows: string }): Promise<World> {
  const closing = new ClosingStack();
  const clock = createManualClock(Math.ceil(Date.now() / DAY_MS) * DAY_MS);
  const { complaints, logger, vacuums } = listen();
  for (const part of ['log', 'db', 'dumps']) await mkdir(join(folder, part), { recursive: true });
  const eventLog = closing.use(await openLmdbEventLog({ folder: join(folder, 'log'), clock, logger }));
  const database = closing.use(
    await openPgliteDatabase({
      folder: join(folder, 'db'),
      migrations: readMigrations(),
      clock: withDailyDumps(clock),
      logger,
    }),
  );
  const bus = closing.use(createInProcessLiveBus({ logger }));
  const ephemeral = closing.use(createInProcessEphemeralStore({ clock }));
  const environment = { OVATION_FEED_DAYS: days.feeds, OVATION_WINDOW_DAYS: days.windows };
  const config = createConfig(environment, { dataDir: folder, roles: 'analyzer,worker' });
  const platform = await createPlatform(config, { clock, database, eventLog, bus, ephemeral }, logger);
  const modules = createModules(await readModules(config.roles), platform);
  await dateEntriesByTheMovedClock(database);
  await modules.start('before serving', closing);
  await modules.start('serving', closing);
  return {
    clock,
    database,
    eventLog,
    channels: modules.api<Channels>('channels'),
    moments: modules.api<Moments>('moments'),
    reactions: modules.api<Reactions>('reactions'),
    vacuums,
    complaints,
    [Symbol.asyncDispose]: () => closing[Symbol.asyncDispose](),
  };
}

/** Entries are dated by the database's own clock, which nobody can move. */
async function dateEntriesByTheMovedClock(database: Database): Promise<void> {
  for (const statement of [
    'create table soak_clock (at timestamptz not null)',
    'insert into soak_clock values (clock_timestamp())',
    `create function soak_now() returns timestamptz language sql as 'select at from soak_clock'`,
    'alter table entries alter column created_at set default soak_now()',
  ]) {
    await sql.raw(statement).execute(database.sql);
  }
}

/** A dump an hour would be most of the work. */
function withDailyDumps(clock: Clock): Clock {
  const now = () => {
    const day = Math.floor(clock.now() / DAY_MS) * DAY_MS;
    return day + Math.min(clock.now() - day, HALF_HOUR_MS);
  };
  return { ...clock, now };
}

function listen() {
  const vacuums: { table: string; ms: number }[] = [];
  const complaints: string[] = [];
  const write = (line: string) => {
    // The lines of pino that this bench asks for.
    const { level, ms, msg, table } = JSON.parse(line) as { level: number; ms: number; msg: string; table: string };
    if (msg === 'Vacuumed') vacuums.push({ table, ms });
    if (level >= pino.levels.values['warn']!) complaints.push(line);
  };
  return { vacuums, complaints, logger: pino({ level: 'debug' }, { write }) };
}
