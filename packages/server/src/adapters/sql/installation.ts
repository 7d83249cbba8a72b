import { randomBytes } from 'node:crypto';
import type { SqlConnection } from './connection.ts';
import { LOCKS } from './locks.ts';

/** Two installations never draw the same epoch. */
const EPOCH_BYTES = 8;

/** What an adapter knows of this start. */
export interface StartFacts {
  /** The database came out of a dump. */
  readonly restored: boolean;
  /** Which boot of the machine this is, where it matters. */
  readonly bootId: string | undefined;
  /** Whether the newest commits of the run before may be gone. */
  readonly mayHaveLost: (before: LastRun) => boolean;
}

export interface LastRun {
  readonly boot_id: string | null;
  readonly clean_stop: boolean;
}

interface Installation {
  /** `<random>.<timeline>` */
  readonly epoch: string;
  /** The epoch is not the one of the last run: positions that clients hold are void. */
  readonly renewed: boolean;
}

interface Row extends LastRun {
  readonly random: string;
  readonly timeline: number;
}

const TABLE = `
  select pg_advisory_xact_lock(${LOCKS.start});
  create table if not exists installation (
  id int primary key check (id = 1),
  random text not null,
  timeline int not null,
  boot_id text,
  clean_stop boolean not null)`;

/**
 * Identity of this database (flows.md row 11). Where commits may be gone, a number of a feed may be given a second time:
 * such a start begins a new timeline. A restore draws a new random part, since the timelines after the dump are not
 * known to it.
 */
export async function openInstallation(connection: SqlConnection, start: StartFacts): Promise<Installation> {
  const { restored, bootId } = start;
  await connection.script(TABLE);
  const before = await readRow(connection);
  const lost = before !== undefined && start.mayHaveLost(before);
  const random = before && !restored ? before.random : drawRandom();
  const timeline = (before?.timeline ?? 0) + (lost || restored || !before ? 1 : 0);
  await connection.query({
    sql: `insert into installation (id, random, timeline, boot_id, clean_stop) values (1, $1, $2, $3, false)
      on conflict (id) do update set random = excluded.random, timeline = excluded.timeline,
        boot_id = excluded.boot_id, clean_stop = false`,
    params: [random, timeline, bootId ?? null],
  });
  return { epoch: `${random}.${timeline}`, renewed: lost || restored };
}

/**
 * Identity of a database that many processes use: the first one draws it, and a start changes nothing. A server of its own
 * keeps what it has acknowledged.
 */
export async function joinInstallation(connection: SqlConnection): Promise<string> {
  await connection.script(TABLE);
  await connection.query({
    sql: `insert into installation (id, random, timeline, clean_stop) values (1, $1, 1, false) on conflict do nothing`,
    params: [drawRandom()],
  });
  return readEpoch(connection);
}

/** The epoch that is in force. */
export async function readEpoch(connection: SqlConnection): Promise<string> {
  const { rows } = await connection.query({ sql: `select ${EPOCH} as epoch from installation`, params: [] });
  return String(rows[0]?.['epoch']);
}

const EPOCH = `random || '.' || timeline`;

/**
 * A new random part: the timelines that this database has forgotten are not known to it, so counting up could give an
 * epoch a second time. Appends that run are waited for, and those that come wait.
 * @param known the epoch to replace: when another process has begun one since, that one is answered
 */
export async function drawEpoch(connection: SqlConnection, known: string): Promise<string> {
  const sql = `with alone as materialized (select pg_advisory_xact_lock(${LOCKS.epoch}))
    update installation set random = $1, timeline = timeline + 1 from alone where ${EPOCH} = $2`;
  await connection.query({ sql, params: [drawRandom(), known] });
  const epoch = await readEpoch(connection);
  await connection.flush();
  return epoch;
}

function drawRandom(): string {
  return randomBytes(EPOCH_BYTES).toString('hex');
}

async function readRow(connection: SqlConnection): Promise<Row | undefined> {
  const sql = 'select random, timeline, boot_id, clean_stop from installation';
  const { rows } = await connection.query({ sql, params: [] });
  // The table above is the only one of that name; its columns are these.
  return rows[0] as Row | undefined;
}
