import type { SqlConnection } from '../sql/connection.ts';
import { DATABASE_CODES, DatabaseError } from '../sql/failure.ts';

const OLDEST = 15;
/** 150018 is 15.18 */
const VERSION_UNIT = 10_000;
const ENCODING = 'UTF8';

/** @throws DatabaseError with a sentence for a person when Ovation cannot live on this server */
export async function checkServer(connection: SqlConnection): Promise<void> {
  const sql = `select current_setting('server_version_num')::int as number, current_setting('server_version') as version,
    current_setting('server_encoding') as encoding, pg_is_in_recovery() as is_replica`;
  const { rows } = await connection.query({ sql, params: [] });
  const { encoding, is_replica: isReplica, number, version } = rows[0] ?? {};
  if (Number(number) < OLDEST * VERSION_UNIT) {
    throw unusable(`The server is PostgreSQL ${String(version)}; Ovation needs ${OLDEST} or newer`);
  }
  if (isReplica === true) {
    throw unusable(
      'OVATION_DATABASE_URL names a replica, which is read-only: give the primary there, and a replica as OVATION_DATABASE_REPLICA_URL',
    );
  }
  if (encoding !== ENCODING) {
    throw unusable(
      `The database has the encoding ${String(encoding)}, which cannot hold every emote: create one with encoding 'UTF8'`,
    );
  }
}

export function unusable(message: string, cause?: unknown): DatabaseError {
  return new DatabaseError({ code: DATABASE_CODES.unusable, message }, { cause });
}
