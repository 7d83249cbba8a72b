import pg from 'pg';
import type { Clock } from '../../ports/clock.ts';
import type { Logger } from '../../telemetry/logger.ts';

const INT8 = 20;
const BYTEA = 17;
const IDLE_MS = 30_000;
const CONNECT_MS = 2_000;
/** A server that ends takes every idle connection with it. */
const LOG_EVERY_MS = 10_000;

export interface PoolOptions {
  readonly url: string;
  readonly size: number;
  /** Measured here, not in the server: one that is frozen does not keep time. */
  readonly queryTimeoutMs: number;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Connections to one server, or to pgbouncer in transaction mode: that takes no parameters at the start of a connection but
 * the usual ones, so limits of the server are set in each transaction.
 */
export function createPool({ url, size, queryTimeoutMs, clock, logger }: PoolOptions): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max: size,
    idleTimeoutMillis: IDLE_MS,
    connectionTimeoutMillis: CONNECT_MS,
    query_timeout: queryTimeoutMs,
    keepAlive: true,
    application_name: 'ovation',
    // A client is a ClientBase, but for optional properties that the types write in two ways.
    Client: ClosingClient as unknown as new () => pg.ClientBase,
    types: { getTypeParser },
  });
  let saidAtMs = Number.NEGATIVE_INFINITY;
  pool.on('error', (error) => {
    if (clock.elapsed() - saidAtMs < LOG_EVERY_MS) return;
    saidAtMs = clock.elapsed();
    // The pool hangs the whole client on the error: only its words go to the log.
    logger.warn({ error: String(error) }, 'An idle connection to the database was lost');
  });
  // A client that is in use says a loss twice: to its query, and as an event that would end the process if no listener were
  // there. The pool listens to idle ones only.
  pool.on('connect', (client) => client.on('error', () => {}));
  return pool;
}

type Parse = (value: string) => unknown;
/** The types of the driver tell text and binary apart; ours are all text. */
const usual = (oid: number): Parse => pg.types.getTypeParser(oid) as Parse;
const bytes = usual(BYTEA);

/**
 * The same values as from the embedded database. Above 2^53 int8 loses its last digits: no column of ours goes there. A Buffer
 * would turn itself into something else in JSON.
 */
const OWN: Readonly<Record<number, Parse>> = {
  [INT8]: Number,
  // The driver's own parser gives a Buffer.
  [BYTEA]: (value) => new Uint8Array(bytes(value) as Buffer),
};

const getTypeParser = (oid: number): Parse => OWN[oid] ?? usual(oid);

/** The driver leaves the socket open when it gives up itself during the start of a connection: the process could not end. */
class ClosingClient extends pg.Client {
  override connect(): Promise<pg.Client>;
  override connect(callback: Connected): void;
  override connect(callback?: Connected): Promise<pg.Client> | undefined {
    if (!callback) return super.connect();
    const ended = (error: Error | null): void => {
      if (error) void this.end();
      // The driver's types have one callback for each outcome; it calls this one for both.
      (callback as (error: Error | null) => void)(error);
    };
    super.connect(ended);
    return undefined;
  }
}

type Connected = ((error: Error) => void) | ((error: null, client: pg.Client) => void);
