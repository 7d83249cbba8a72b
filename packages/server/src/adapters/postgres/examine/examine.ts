import type { PostgresService } from '../../../config/services.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { Migration } from '../../../ports/database.ts';
import { clockFinding, type Finding, fine, problem, warning } from '../../../ports/finding.ts';
import type { SqlConnection } from '../../sql/connection.ts';
import { DatabaseError } from '../../sql/failure.ts';
import { feedAppend } from '../../sql/feed-append.ts';
import { readRecorded } from '../../sql/migrate.ts';
import { checkServer } from '../check-server.ts';
import { startProblem } from '../start-problem.ts';
import { connected, openForLooking } from './open-for-looking.ts';
import { examineReplica } from './replica.ts';

const ELSEWHERE = 'OVATION_DATABASE_URL to another database';
/** More than this of what the server has left, and a second process may be refused. */
const POOL_SHARE = 0.5;

export interface PostgresExamination {
  readonly service: PostgresService;
  readonly migrations: readonly Migration[];
  readonly clock: Clock;
}

export async function examinePostgres(examination: PostgresExamination): Promise<Finding[]> {
  const { service } = examination;
  await using primary = openForLooking(service.url, examination.clock);
  const { connection } = primary;
  try {
    await connected(() => checkServer(connection));
  } catch (error) {
    return [problem('PostgreSQL', startProblem(error, service.url).message, mendOf(error))];
  }
  return [
    await describeServer(connection, service.url),
    await examineMigrations(connection, examination.migrations),
    await examineRights(connection),
    await examinePool(connection, service.poolSize),
    await examineClock(connection, examination.clock),
    ...(service.replicaUrl === undefined
      ? []
      : await examineReplica(connection, service.replicaUrl, examination.clock)),
  ];
}

function mendOf(error: unknown): string {
  // What checkServer itself refuses says what would be right.
  if (error instanceof DatabaseError && error.cause === undefined) return 'Name another server or database.';
  return 'Set OVATION_DATABASE_URL to postgres://user:password@host:port/database as the server has them.';
}

async function describeServer(connection: SqlConnection, url: string): Promise<Finding> {
  const sql = `select current_setting('server_version') as version`;
  const { rows } = await connection.query({ sql, params: [] });
  const { host } = new URL(url);
  return fine('PostgreSQL', `at ${host} is ${String(rows[0]?.['version'])}, a primary, with encoding UTF8`);
}

async function examineMigrations(connection: SqlConnection, migrations: readonly Migration[]): Promise<Finding> {
  const subject = 'PostgreSQL tables';
  const known = [...feedAppend, ...migrations];
  const there = await connection.query({ sql: `select to_regclass('migrations') is not null as there`, params: [] });
  if (there.rows[0]?.['there'] !== true) return fine(subject, 'are not there yet; the first start makes them');
  const { recorded, refusal } = await readRecorded(connection, { migrations: known, elsewhere: ELSEWHERE });
  if (refusal) return problem(subject, refusal.message, 'Run the version of Ovation that wrote it, or a newer one.');
  const missing = known.length - recorded.length;
  const next = missing === 0 ? '' : `; the next start adds ${missing}`;
  return fine(subject, `know ${recorded.length} of ${known.length} migrations${next}`);
}

async function examineRights(connection: SqlConnection): Promise<Finding> {
  const subject = 'PostgreSQL rights';
  const sql = `select current_user as name, current_schema() as place,
    coalesce(has_schema_privilege(current_schema(), 'CREATE'), false) as may_create,
    coalesce((select count(*) from pg_tables t where schemaname = current_schema()
      and not pg_has_role(current_user, t.tableowner, 'USAGE')), 0)::int as foreign_tables`;
  const { rows } = await connection.query({ sql, params: [] });
  const { foreign_tables: foreignTables, may_create: mayCreate, name, place } = rows[0] ?? {};
  const mend = 'Make the user the owner of the database and of its tables.';
  if (mayCreate !== true) {
    return problem(subject, `"${String(name)}" may not make tables in schema ${String(place)}`, mend);
  }
  if (Number(foreignTables) > 0) {
    const says = `"${String(name)}" does not own ${Number(foreignTables)} tables there, and cannot bring them up to date`;
    return problem(subject, says, mend);
  }
  return fine(subject, `"${String(name)}" may make and change tables in schema ${String(place)}`);
}

async function examinePool(connection: SqlConnection, poolSize: number): Promise<Finding> {
  const subject = 'PostgreSQL connections';
  const sql = `select current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int as most,
    (select count(*)::int from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()) as used`;
  const { rows } = await connection.query({ sql, params: [] });
  const [most, used] = [Number(rows[0]?.['most']), Number(rows[0]?.['used'])];
  const left = most - used;
  const says = `${left} of ${most} are free; a process takes up to ${poolSize}, so ${Math.max(0, Math.floor(left / poolSize))} more processes fit`;
  const mend = 'Raise max_connections, lower OVATION_DATABASE_POOL, or put pgbouncer between.';
  if (poolSize > left) return problem(subject, says, mend);
  return poolSize > left * POOL_SHARE ? warning(subject, says, mend) : fine(subject, says);
}

async function examineClock(connection: SqlConnection, clock: Clock): Promise<Finding> {
  const askedAt = clock.wall();
  const sql = 'select extract(epoch from clock_timestamp())::float8 * 1000 as now';
  const { rows } = await connection.query({ sql, params: [] });
  return clockFinding('PostgreSQL clock', { askedAt, heardAt: clock.wall(), theirs: Number(rows[0]?.['now']) });
}
