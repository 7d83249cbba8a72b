import type { Clock } from '../../../ports/clock.ts';
import { silentLogger } from '../../../telemetry/logger.ts';
import { codeOf, DATABASE_CODES } from '../../sql/failure.ts';
import { createPool } from '../pool.ts';
import { PoolConnection } from '../pool-connection.ts';

const QUERY_LIMIT_MS = 15_000;
const ATTEMPTS = 5;

/** One connection, for the questions of a person who waits for the answers. */
export function openForLooking(url: string, clock: Clock): AsyncDisposable & { readonly connection: PoolConnection } {
  const pool = createPool({ url, size: 1, queryTimeoutMs: QUERY_LIMIT_MS, clock, logger: silentLogger() });
  const connection = new PoolConnection(pool, { idleMs: QUERY_LIMIT_MS, statementMs: QUERY_LIMIT_MS });
  return { connection, [Symbol.asyncDispose]: () => pool.end() };
}

/** The first question, which also connects: on a busy machine that takes longer than the pool waits. */
export async function connected<T>(ask: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await ask();
    } catch (error) {
      if (attempt === ATTEMPTS || codeOf(error) !== DATABASE_CODES.lost) throw error;
    }
  }
}
