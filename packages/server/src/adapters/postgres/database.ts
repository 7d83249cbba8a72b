import type { PostgresService } from '../../config/services.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Database, Migration } from '../../ports/database.ts';
import type { Logger } from '../../telemetry/logger.ts';
import { bringUpToDate } from '../sql/bring-up-to-date.ts';
import { SqlDatabase } from '../sql/sql-database.ts';
import { checkServer } from './check-server.ts';
import { orderByCodePoint } from './order-by-code-point.ts';
import { createPool } from './pool.ts';
import { PoolConnection } from './pool-connection.ts';
import { type ReplicaLag, ReplicaReads } from './replica-reads.ts';
import { startProblem } from './start-problem.ts';

const IDLE_LIMIT_MS = 2_000;
/** As long as a person's own query may take (modules/inspection). */
const STATEMENT_LIMIT_MS = 10_000;
/** The server speaks first when it can: a frozen one cannot. */
const PATIENCE_MS = 2_000;
const EPOCH_EVERY_MS = 1_000;
/** The primary can answer, too. */
const REPLICA_LIMIT_MS = 1_000;

export interface PostgresOptions {
  readonly service: PostgresService;
  /** may still be on their way */
  readonly migrations: readonly Migration[] | Promise<readonly Migration[]>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** How long a unit of work may wait for something other than the database; default 2,000 ms. */
  readonly idleLimitMs?: number;
  /** How long a statement of a unit of work may take; default 10,000 ms. Any statement is given up 2 s later. */
  readonly statementLimitMs?: number;
  /** Told every 5 s how far the replica is behind; undefined = it is not read from. */
  readonly onReplicaLag?: (lag: ReplicaLag | undefined) => void;
}

/**
 * Opens a PostgreSQL database that other processes may have open, too. The first one makes the tables.
 * @throws DatabaseError with a sentence for a person; one with the code `unusable` comes again at every attempt
 */
export async function openPostgresDatabase(options: PostgresOptions): Promise<Database> {
  const { clock, logger, migrations, service } = options;
  const { connection, end } = connect(service.url, options);
  try {
    await checkServer(connection);
    const elsewhere = 'OVATION_DATABASE_URL to another database';
    const epoch = await bringUpToDate(connection, { migrations, logger, facts: undefined, elsewhere });
    await orderByCodePoint(connection);
    const reads = await openReads(connection, options);
    const stop = async () => {
      looking[Symbol.dispose]();
      await reads?.end();
      await end();
    };
    const parts = { connection, isShared: true, epoch, clock, logger, stop };
    const database = new SqlDatabase(reads ? { ...parts, reads: reads.replica } : parts);
    const looking = clock.every(EPOCH_EVERY_MS, () => void database.lookForEpoch());
    return database;
  } catch (error) {
    await end();
    throw startProblem(error, service.url);
  }
}

function connect(url: string, { clock, idleLimitMs, logger, service, statementLimitMs }: PostgresOptions) {
  const statementMs = statementLimitMs ?? STATEMENT_LIMIT_MS;
  const queryTimeoutMs = statementMs + PATIENCE_MS;
  const pool = createPool({ url, size: service.poolSize, queryTimeoutMs, clock, logger });
  const connection = new PoolConnection(pool, { idleMs: idleLimitMs ?? IDLE_LIMIT_MS, statementMs });
  return { connection, end: () => pool.end() };
}

/** A replica that is away does not keep Ovation from starting. */
async function openReads(primary: PoolConnection, options: PostgresOptions) {
  const { clock, logger, onReplicaLag: onLag = () => {}, service } = options;
  if (service.replicaUrl === undefined) return undefined;
  const { connection, end } = connect(service.replicaUrl, { ...options, statementLimitMs: REPLICA_LIMIT_MS });
  const replica = new ReplicaReads({ primary, replica: connection, clock, logger, onLag });
  await replica.measure();
  return {
    replica,
    async end() {
      await replica[Symbol.asyncDispose]();
      await end();
    },
  };
}
