import { describeMomentMonths } from '../../../test/contracts/moment-months.contract.ts';
import { emptyDatabase, openPostgres } from '../../../test/services/open-postgres.ts';
import type { Migration } from '../../ports/database.ts';

async function create() {
  const url = await emptyDatabase();
  return async (migrations: readonly Migration[]) => (await openPostgres(url, { migrations })).database;
}

describeMomentMonths('PostgreSQL', create, 1_000_000);
