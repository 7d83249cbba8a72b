import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { ThreadLink } from './thread/thread-link.ts';

export interface Installation {
  /** `<random>.<timeline>` */
  readonly epoch: string;
  /** The epoch is not the one of the last run: positions that clients hold are void. */
  readonly renewed: boolean;
}

interface Row {
  readonly random: string;
  readonly timeline: number;
  readonly boot_id: string | null;
  readonly clean_stop: boolean;
}

const TABLE = `create table if not exists installation (
  id int primary key check (id = 1),
  random text not null,
  timeline int not null,
  boot_id text,
  clean_stop boolean not null)`;

/**
 * Identity of this database (flows.md row 11). After power loss the newest commits may be gone, so a number of a feed
 * may be given a second time: such a start begins a new timeline. `kill -9` loses nothing, because the system keeps
 * what the process had written; the id of the boot tells the two apart. A restore draws a new random part, since the
 * timelines after the dump are not known to it.
 */
export async function openInstallation(
  link: ThreadLink,
  { restored, bootId }: { restored: boolean; bootId: string | undefined },
): Promise<Installation> {
  await link.request({ kind: 'script', sql: TABLE });
  const before = await readRow(link);
  const lost = before !== undefined && lostPower(before, bootId);
  const random = before && !restored ? before.random : randomBytes(8).toString('hex');
  const timeline = (before?.timeline ?? 0) + (lost || restored || !before ? 1 : 0);
  await link.request({
    kind: 'query',
    session: 0,
    sql: `insert into installation (id, random, timeline, boot_id, clean_stop) values (1, $1, $2, $3, false)
      on conflict (id) do update set random = excluded.random, timeline = excluded.timeline,
        boot_id = excluded.boot_id, clean_stop = false`,
    params: [random, timeline, bootId ?? null],
  });
  return { epoch: `${random}.${timeline}`, renewed: lost || restored };
}

/**
 * A new random part: the timelines that this database has forgotten are not known to it, so counting up could give an
 * epoch a second time.
 */
export async function drawEpoch(link: ThreadLink): Promise<string> {
  const random = randomBytes(8).toString('hex');
  const sql = 'update installation set random = $1, timeline = timeline + 1 returning timeline';
  const { rows } = await link.request({ kind: 'query', session: 0, sql, params: [random] });
  await link.request({ kind: 'sync' });
  return `${random}.${Number(rows[0]?.['timeline'])}`;
}

function lostPower(before: Row, bootId: string | undefined): boolean {
  return !before.clean_stop && (bootId === undefined || before.boot_id !== bootId);
}

/** Last statement of an orderly stop. */
export async function recordCleanStop(link: ThreadLink): Promise<void> {
  await link.request({ kind: 'query', session: 0, sql: 'update installation set clean_stop = true', params: [] });
}

/** Linux only; elsewhere every unclean stop counts as a loss of power, which costs clients one snapshot. */
export async function readBootId(): Promise<string | undefined> {
  try {
    return (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim();
  } catch {
    return undefined;
  }
}

async function readRow(link: ThreadLink): Promise<Row | undefined> {
  const sql = 'select random, timeline, boot_id, clean_stop from installation';
  const { rows } = await link.request({ kind: 'query', session: 0, sql, params: [] });
  // The table above is the only one of that name; its columns are these.
  return rows[0] as Row | undefined;
}
