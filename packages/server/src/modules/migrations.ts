import type { Migration } from '../ports/database.ts';
import { modules } from './index.ts';

/** The tables of every module. */
export async function readMigrations(list = modules): Promise<Migration[]> {
  const ofModules = await Promise.all(list.map(async ({ migrations }) => (await migrations?.()) ?? []));
  return ofModules.flat();
}
