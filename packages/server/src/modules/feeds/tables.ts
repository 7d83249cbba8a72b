import type { Generated, Kysely } from 'kysely';
import type { NoTables } from '../../ports/database.ts';

/** The tables of migrations.ts as Kysely sees them. */
// A type, not an interface: `withTables` asks for an index signature, which an interface does not have.
export type FeedTables = {
  feeds: { feed: string; seq: number };
  entries: { feed: string; seq: number; key: string; body: unknown; created_at: Generated<Date> };
  outbox: {
    id: Generated<number>;
    topic: string;
    partition: number | null;
    key: string | null;
    feed: string | null;
    epoch: string | null;
    seq: number | null;
    body: unknown;
  };
  leases: { name: string; owner: string; fence: number; expires_at: Date };
};

export function feedTables(sql: Kysely<NoTables>): Kysely<FeedTables> {
  return sql.withTables<FeedTables>();
}
