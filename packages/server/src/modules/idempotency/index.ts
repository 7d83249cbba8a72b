import { randomUUID } from 'node:crypto';
import type { Begun, FirstRequest, KeyedRequest, OneEffect } from '../../http/hooks/keep-one-effect.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Database } from '../../ports/database.ts';
import type { Logger } from '../../telemetry/logger.ts';
import { claimKey, deleteClaim, endClaim, purgeKeys, selectKey, storeResponse } from './store.ts';

export { idempotencyMigrations } from './migrations.ts';

/** A key is remembered this long from the first request on. */
const TTL_MS = 86_400_000;
/** Longer than any request takes; a request that has not finished by then is taken for dead. */
const CLAIM_MS = 30_000;
/** A second request waits this long for the first one of the same process. */
const WAIT_MS = 5_000;
const RETRY_AFTER_MS = 1_000;
const PURGE_EVERY_MS = 600_000;
const KEEP_MAX = 100_000;

/** Requests that have one effect however often they are sent (S1-07). */
export type Idempotency = OneEffect;

export function createIdempotency(parts: { database: Database; clock: Clock; logger: Logger }): Idempotency {
  return new StoredIdempotency(parts);
}

class StoredIdempotency implements Idempotency {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #logger: Logger;
  /** first requests of this process that are under way */
  readonly #underWay = new Map<string, Promise<void>>();
  #purgedAt = -Infinity;

  constructor({ clock, database, logger }: { database: Database; clock: Clock; logger: Logger }) {
    this.#database = database;
    this.#clock = clock;
    this.#logger = logger;
  }

  async begin(request: KeyedRequest): Promise<Begun> {
    this.#purge();
    const name = JSON.stringify([request.principal, request.route, request.key]);
    const begun = await this.#tryToBegin(name, request);
    const first = this.#underWay.get(name);
    if (begun.outcome !== 'in_progress' || !first) return begun;
    await this.#atMost(WAIT_MS, first);
    return this.#tryToBegin(name, request);
  }

  async #tryToBegin(name: string, request: KeyedRequest): Promise<Begun> {
    const { sql } = this.#database;
    const now = this.#clock.now();
    const claim = {
      claim: randomUUID(),
      effectId: randomUUID(),
      now: iso(now),
      claimedUntil: iso(now + CLAIM_MS),
      expiresAt: iso(now + TTL_MS),
    };
    const effectId = await claimKey(sql, request, claim);
    if (effectId !== undefined) return this.#first(name, request, { claim: claim.claim, effectId });
    const row = await selectKey(sql, request);
    // Given up between the two statements: the caller's next try begins it.
    if (!row) return { outcome: 'in_progress', retryAfterMs: RETRY_AFTER_MS };
    if (row.body_hash !== request.bodyHash) return { outcome: 'other_body' };
    if (row.status === null) return { outcome: 'in_progress', retryAfterMs: RETRY_AFTER_MS };
    return { outcome: 'repeat', response: { status: row.status, headers: row.headers ?? {}, body: row.body ?? '' } };
  }

  #first(name: string, request: KeyedRequest, { claim, effectId }: { claim: string; effectId: string }): FirstRequest {
    const { sql } = this.#database;
    const done = Promise.withResolvers<void>();
    this.#underWay.set(name, done.promise);
    const settle = async (write: Promise<void>) => {
      try {
        await write;
      } catch (error) {
        this.#logger.warn({ err: error, route: request.route }, 'An idempotency key could not be written; it runs out');
      }
      if (this.#underWay.get(name) === done.promise) this.#underWay.delete(name);
      done.resolve();
    };
    return {
      outcome: 'first',
      effectId,
      finish: (response) => settle(storeResponse(sql, claim, request, response)),
      giveUp: (isUntouched) =>
        settle(isUntouched ? deleteClaim(sql, claim, request) : endClaim(sql, claim, request, iso(this.#clock.now()))),
    };
  }

  async #atMost(ms: number, wait: Promise<void>): Promise<void> {
    const over = Promise.withResolvers<void>();
    using _limit = this.#clock.after(ms, () => over.resolve());
    await Promise.race([wait, over.promise]);
  }

  #purge(): void {
    const now = this.#clock.now();
    if (now - this.#purgedAt < PURGE_EVERY_MS) return;
    this.#purgedAt = now;
    purgeKeys(this.#database.sql, iso(now), KEEP_MAX).catch((error: unknown) => {
      this.#logger.warn({ err: error }, 'Old idempotency keys could not be removed');
    });
  }
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
