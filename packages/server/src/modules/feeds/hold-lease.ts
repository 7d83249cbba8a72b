import { sql } from 'kysely';
import type { Clock } from '../../ports/clock.ts';
import type { Database } from '../../ports/database.ts';

const LEASE_MS = 10_000;
/** Our clock may run a little slower than the database's. */
const MARGIN_MS = 2_000;

export interface LeaseParts {
  readonly database: Database;
  readonly clock: Clock;
  readonly name: string;
  readonly owner: string;
}

/**
 * A row that one owner at a time holds, by the time of the database: the product's only election (flows.md row 6).
 * Every change of hands raises the fence. It is renewed only when it is used, so an idle product writes nothing.
 */
export class Lease {
  readonly #parts: LeaseParts;
  #heldUntilMs = 0;

  constructor(parts: LeaseParts) {
    this.#parts = parts;
  }

  /** True when this owner holds the lease, for some seconds from now. */
  async hold(): Promise<boolean> {
    const { database, clock, name, owner } = this.#parts;
    const askedAtMs = clock.now();
    const now = sql`clock_timestamp()`;
    if (askedAtMs + LEASE_MS / 2 < this.#heldUntilMs) return true;
    const { rows } = await sql<{ fence: number }>`
      insert into leases (name, owner, fence, expires_at)
      values (${name}, ${owner}, 1, ${now} + ${LEASE_MS}::int * interval '1 millisecond')
      on conflict (name) do update set
        owner = excluded.owner,
        fence = leases.fence + case when leases.owner = excluded.owner then 0 else 1 end,
        expires_at = excluded.expires_at
      where leases.owner = excluded.owner or leases.expires_at < ${now}
      returning fence
    `.execute(database.sql);
    this.#heldUntilMs = rows.length > 0 ? askedAtMs + LEASE_MS - MARGIN_MS : 0;
    return rows.length > 0;
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
