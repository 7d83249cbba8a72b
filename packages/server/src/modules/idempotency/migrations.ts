import type { Migration } from '../../ports/database.ts';

export const idempotencyMigrations: readonly Migration[] = [
  {
    name: 'idempotency-001-keys',
    // No status: the first request is under way, until claimed_until at the latest.
    up: `
create table idempotency_keys (
  principal text not null,
  route text not null,
  key text not null,
  body_hash text not null,
  effect_id text not null,
  claim text not null,
  claimed_until timestamptz not null,
  expires_at timestamptz not null,
  status integer,
  headers jsonb,
  body text,
  primary key (principal, route, key)
);
create index idx_idempotency_keys_expires on idempotency_keys (expires_at);
`,
  },
];
