import { type Kysely, sql } from 'kysely';
import type { NoTables } from '../../ports/database.ts';
import type { KeptAnswer, KeyedRequest } from '../../http/hooks/keep-one-effect.ts';

type Sql = Kysely<NoTables>;

interface KeyRow {
  readonly body_hash: string;
  readonly status: number | null;
  readonly headers: Record<string, string> | null;
  readonly body: string | null;
  readonly claimed_until: Date;
}

/** Instants, ISO 8601; a claim is the random name of one attempt. */
export interface Claim {
  readonly claim: string;
  readonly effectId: string;
  readonly now: string;
  readonly claimedUntil: string;
  readonly expiresAt: string;
}

/**
 * Claims the key: when it is free, when it has run out, or when the same request was begun by a process that did not
 * finish in time. One statement, so that of two at once one gets it.
 * @returns the effect's id, which stays the same until the key runs out; undefined when the key is taken
 */
export async function claimKey(db: Sql, request: KeyedRequest, claim: Claim): Promise<string | undefined> {
  const { bodyHash, key, principal, route } = request;
  const { rows } = await sql<{ effect_id: string }>`
    insert into idempotency_keys as known
      (principal, route, key, body_hash, effect_id, claim, claimed_until, expires_at)
    values (${principal}, ${route}, ${key}, ${bodyHash}, ${claim.effectId}, ${claim.claim},
      ${claim.claimedUntil}::timestamptz, ${claim.expiresAt}::timestamptz)
    on conflict (principal, route, key) do update set
      body_hash = excluded.body_hash, claim = excluded.claim, claimed_until = excluded.claimed_until,
      effect_id = case when known.expires_at <= ${claim.now}::timestamptz then excluded.effect_id else known.effect_id end,
      expires_at = excluded.expires_at, status = null, headers = null, body = null
    where known.expires_at <= ${claim.now}::timestamptz
      or (known.status is null and known.body_hash = excluded.body_hash and known.claimed_until <= ${claim.now}::timestamptz)
    returning effect_id`.execute(db);
  return rows[0]?.effect_id;
}

export async function selectKey(db: Sql, { key, principal, route }: KeyedRequest): Promise<KeyRow | undefined> {
  const { rows } = await sql<KeyRow>`
    select body_hash, status, headers, body, claimed_until from idempotency_keys
    where principal = ${principal} and route = ${route} and key = ${key}`.execute(db);
  return rows[0];
}

export async function storeResponse(db: Sql, claim: string, request: KeyedRequest, response: KeptAnswer) {
  const { body, headers, status } = response;
  await sql`
    update idempotency_keys set status = ${status}, headers = ${JSON.stringify(headers)}::jsonb, body = ${body}
    where principal = ${request.principal} and route = ${request.route} and key = ${request.key} and claim = ${claim}`.execute(
    db,
  );
}

/** Nothing happened: the key is free. */
export async function deleteClaim(db: Sql, claim: string, request: KeyedRequest): Promise<void> {
  await sql`
    delete from idempotency_keys
    where principal = ${request.principal} and route = ${request.route} and key = ${request.key} and claim = ${claim}
      and status is null`.execute(db);
}

/** Something may have happened: the next attempt may begin now, and has the same effect. */
export async function endClaim(db: Sql, claim: string, request: KeyedRequest, now: string): Promise<void> {
  await sql`
    update idempotency_keys set claimed_until = ${now}::timestamptz
    where principal = ${request.principal} and route = ${request.route} and key = ${request.key} and claim = ${claim}
      and status is null`.execute(db);
}

/** Rows that one statement removes: others wait for it. */
const PURGED_AT_ONCE = 1_000;

/** Removes what has run out, and the oldest beyond `keep`. */
export async function purgeKeys(db: Sql, now: string, keep: number): Promise<void> {
  const newest = sql`select ctid from idempotency_keys order by expires_at desc offset ${keep}::int`;
  const old = sql`select ctid from idempotency_keys where expires_at <= ${now}::timestamptz`;
  for (const chosen of [old, newest]) {
    for (;;) {
      const { numAffectedRows = 0n } = await sql`
        delete from idempotency_keys where ctid = any(array(${chosen} limit ${PURGED_AT_ONCE}::int))`.execute(db);
      if (numAffectedRows < PURGED_AT_ONCE) break;
    }
  }
}
