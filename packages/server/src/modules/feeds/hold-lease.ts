import { sql } from 'kysely';
import type { Clock } from '../../ports/clock.ts';
import type { Database, UnitOfWork } from '../../ports/database.ts';

const LEASE_MS = 10_000;
/** Our clock may run a little slower than the database's. */
const MARGIN_SHARE = 0.2;

export interface LeaseParts {
  readonly database: Database;
  readonly clock: Clock;
  readonly name: string;
  readonly owner: string;
  /** how long it is held without being renewed; default 10,000 ms */
  readonly leaseMs?: number;
}

/** Another owner has the lease: what was begun under it must not be finished. */
class LeaseLostError extends Error {
  constructor(name: string) {
    super(`The lease "${name}" has gone to another process`);
    this.name = 'LeaseLostError';
  }
}

/**
 * A row that one owner at a time holds, by the time of the database: the product's only election (flows.md row 6).
 * Every change of hands raises the fence. It is renewed only when it is used, so an idle product writes nothing.
 *
 * `hold` alone is for work that does no harm when it is done twice: its holder may be frozen between the answer and the work.
 * Where that matters, the work is a unit of work that calls `guard` first.
 */
export class Lease {
  readonly #parts: LeaseParts;
  #heldUntilMs = 0;
  #fence = 0;

  constructor(parts: LeaseParts) {
    this.#parts = parts;
  }

  /** True when this owner holds the lease, for some seconds from now. */
  async hold(): Promise<boolean> {
    const { database, clock, leaseMs = LEASE_MS, name, owner } = this.#parts;
    const askedAtMs = clock.now();
    const now = sql`clock_timestamp()`;
    if (askedAtMs + leaseMs / 2 < this.#heldUntilMs) return true;
    const { rows } = await sql<{ fence: number }>`
      insert into leases (name, owner, fence, expires_at)
      values (${name}, ${owner}, 1, ${now} + ${leaseMs}::int * interval '1 millisecond')
      on conflict (name) do update set
        owner = excluded.owner,
        fence = leases.fence + case when leases.owner = excluded.owner then 0 else 1 end,
        expires_at = excluded.expires_at
      where leases.owner = excluded.owner or leases.expires_at < ${now}
      returning fence
    `.execute(database.sql);
    this.#heldUntilMs = rows.length > 0 ? askedAtMs + (1 - MARGIN_SHARE) * leaseMs : 0;
    this.#fence = rows[0]?.fence ?? 0;
    return rows.length > 0;
  }

  /** Whether this owner held it when it asked last, by its own clock. */
  get isHeld(): boolean {
    return this.#parts.clock.now() < this.#heldUntilMs;
  }

  /**
   * Inside a unit of work, before its other statements: no other owner gets the lease until it ends.
   * @throws LeaseLostError when it has run out, or has been in other hands since `hold`
   */
  async guard(uow: UnitOfWork): Promise<void> {
    const { name, owner } = this.#parts;
    const { rows } = await sql`
      select 1 from leases
      where name = ${name} and owner = ${owner} and fence = ${this.#fence}::bigint and expires_at > clock_timestamp()
      for share
    `.execute(uow.sql);
    if (rows.length > 0) return;
    this.#heldUntilMs = 0;
    throw new LeaseLostError(name);
  }

  /** Lets the next owner in at once. */
  async release(): Promise<void> {
    const { database, name, owner } = this.#parts;
    if (this.#heldUntilMs === 0) return;
    this.#heldUntilMs = 0;
    await sql`update leases set expires_at = clock_timestamp() where name = ${name} and owner = ${owner}`.execute(
      database.sql,
    );
  }
}
