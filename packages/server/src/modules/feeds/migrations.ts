import type { Migration } from '../../ports/database.ts';

/**
 * Rows of `feeds` are never deleted: a number is given once. Bodies are `json`, not `jsonb`, so that every copy of an
 * entry has its keys in the same order.
 */
const tables = `
create table feeds (
  feed text primary key,
  seq bigint not null
);
create table entries (
  feed text not null,
  seq bigint not null,
  key text not null,
  body json not null,
  primary key (feed, seq),
  unique (feed, key)
);
create table outbox (
  id bigserial primary key,
  topic text not null,
  partition int,
  key text,
  feed text,
  epoch text,
  seq bigint,
  body json not null
);
create table leases (
  name text primary key,
  owner text not null,
  fence bigint not null,
  expires_at timestamptz not null
);
`;

/** By the database's clock. What was there before counts as new, and is kept accordingly longer. */
const times = `alter table entries add column created_at timestamptz not null default clock_timestamp();`;

/** The relay reads from the front of a table whose rows go at once: their dead ones lie where it begins. */
const storage = `alter table outbox set (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);`;

/** `feeds-002-append` and `feeds-004` come from the database that calls it (adapters/sql/feed-append.ts). */
export const feedMigrations: readonly Migration[] = [
  { name: 'feeds-001-tables', up: tables },
  { name: 'feeds-003-times', up: times },
  { name: 'feeds-005-storage', up: storage },
];
