import type { Clock } from '../../ports/clock.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { Rows, SqlConnection, Statement } from '../sql/connection.ts';
import { codeOf } from '../sql/failure.ts';

const MEASURE_MS = 5_000;
/** A list that is older than this surprises its reader. */
const LAG_MAX_SECONDS = 10;

/** How far a replica is behind. */
export interface ReplicaLag {
  /** of the write-ahead log that it has not replayed */
  readonly bytes: number;
  /** age of the newest commit that it shows; 0 when it shows all */
  readonly seconds: number;
}

export interface ReplicaReadsParts {
  readonly primary: Pick<SqlConnection, 'query'>;
  readonly replica: Pick<SqlConnection, 'query'>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Told at every measurement; undefined = the replica is away, or no replica. */
  readonly onLag: (lag: ReplicaLag | undefined) => void;
}

type Query = Pick<SqlConnection, 'query'>;

/** Reads of read models: from the replica while it is there and close behind, otherwise from the primary. */
export class ReplicaReads implements Query, AsyncDisposable {
  readonly #parts: ReplicaReadsParts;
  readonly #timer: Disposable;
  #isUsed = false;
  #wasUsed: boolean | undefined;
  #measuring: Promise<void> | undefined;

  constructor(parts: ReplicaReadsParts) {
    this.#parts = parts;
    this.#timer = parts.clock.every(MEASURE_MS, () => void this.measure());
  }

  async query(statement: Statement): Promise<Rows> {
    const { primary, replica } = this.#parts;
    if (!this.#isUsed) return primary.query(statement);
    try {
      return await replica.query(statement);
    } catch (error) {
      if (!blamesReplica(error)) throw error;
      void this.measure();
      return primary.query(statement);
    }
  }

  /** Decides whether the replica is read from until the next measurement. Never rejects. */
  measure(): Promise<void> {
    this.#measuring ??= this.#measure().finally(() => {
      this.#measuring = undefined;
    });
    return this.#measuring;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#timer[Symbol.dispose]();
    await this.#measuring;
  }

  async #measure(): Promise<void> {
    const { logger, onLag } = this.#parts;
    let lag: ReplicaLag | undefined;
    try {
      lag = await this.#lag();
      this.#isUsed = lag !== undefined && lag.seconds <= LAG_MAX_SECONDS;
      this.#say(lag ? `${Math.round(lag.seconds)} s behind` : 'no replica of the primary');
    } catch (error) {
      this.#isUsed = false;
      this.#say(String(error));
    }
    try {
      onLag(lag);
    } catch (error) {
      logger.error({ err: error }, 'A listener of the lag threw');
    }
  }

  async #lag(): Promise<ReplicaLag | undefined> {
    const { primary, replica } = this.#parts;
    // The primary first: what it has written by then is what a replica without lag shows.
    const head = await primary.query({ sql: 'select pg_current_wal_lsn()::text as head', params: [] });
    const { rows } = await replica.query({ sql: LAG, params: [head.rows[0]?.['head']] });
    const { bytes, seconds } = rows[0] ?? {};
    if (typeof bytes !== 'number') return undefined;
    if (bytes <= 0) return { bytes: 0, seconds: 0 };
    return { bytes, seconds: typeof seconds === 'number' ? Math.max(0, seconds) : Number.POSITIVE_INFINITY };
  }

  #say(state: string): void {
    const { logger } = this.#parts;
    if (this.#wasUsed === this.#isUsed) return;
    if (!this.#isUsed) logger.warn({ state }, 'The replica is not read from: the primary answers instead');
    else if (this.#wasUsed === false) logger.info({ state }, 'The replica is read from again');
    this.#wasUsed = this.#isUsed;
  }
}

/** Null from a server that is no replica. */
const LAG = `
  select pg_wal_lsn_diff($1::text::pg_lsn, pg_last_wal_replay_lsn())::float8 as bytes,
    extract(epoch from clock_timestamp() - pg_last_xact_replay_timestamp())::float8 as seconds
  where pg_is_in_recovery()`;

/**
 * Classes and codes of what the primary would not have said: no connection (08), no resources (53), the server ends or
 * begins (57P), a query that stood in the way of replay (40001), and tables that are not there yet (42P01, 42703).
 */
const REPLICAS_OWN = /^(?:08|53|57P|40001$|42P01$|42703$)/;

function blamesReplica(error: unknown): boolean {
  return REPLICAS_OWN.test(codeOf(error) ?? '');
}
