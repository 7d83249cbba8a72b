import type { Clock } from '../../../ports/clock.ts';
import { silentLogger } from '../../../telemetry/logger.ts';
import { createPool } from '../pool.ts';
import { PoolConnection } from '../pool-connection.ts';

const QUERY_LIMIT_MS = 5_000;

/** One connection, for the questions of a person who waits for the answers. */
export function openForLooking(url: string, clock: Clock): AsyncDisposable & { readonly connection: PoolConnection } {
  const pool = createPool({ url, size: 1, queryTimeoutMs: QUERY_LIMIT_MS, clock, logger: silentLogger() });
  const connection = new PoolConnection(pool, { idleMs: QUERY_LIMIT_MS, statementMs: QUERY_LIMIT_MS });
  return { connection, [Symbol.asyncDispose]: () => pool.end() };
}
