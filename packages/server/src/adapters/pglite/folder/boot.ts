import { readFile } from 'node:fs/promises';
import type { SqlConnection } from '../../sql/connection.ts';
import type { LastRun } from '../../sql/installation.ts';

/** Linux only; elsewhere every unclean stop counts as a loss of power, which costs clients one snapshot. */
export async function readBootId(): Promise<string | undefined> {
  try {
    return (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim();
  } catch {
    return undefined;
  }
}

/**
 * Nothing here is flushed at once, so after a loss of power the newest commits may be gone. `kill -9` loses nothing,
 * because the system keeps what the process had written; the id of the boot tells the two apart.
 */
export function lostPower(before: LastRun, bootId: string | undefined): boolean {
  return !before.clean_stop && (bootId === undefined || before.boot_id !== bootId);
}

/** Last statement of an orderly stop. */
export async function recordCleanStop(connection: SqlConnection): Promise<void> {
  await connection.query({ sql: 'update installation set clean_stop = true', params: [] });
}
