import type { Migration } from '../../ports/database.ts';

/** What is in force; the feed tells of the changes. `until_ms` null = for good. */
const revocations = `
create table revocations (
  kind text not null,
  id text not null,
  until_ms bigint,
  primary key (kind, id)
);
`;

/** By which those that have run out are found; those for good are not in it. */
const ends = `create index idx_revocations_until on revocations (until_ms) where until_ms is not null;`;

export const controlMigrations: readonly Migration[] = [
  { name: 'control-001-revocations', up: revocations },
  { name: 'control-002-ends', up: ends },
];
