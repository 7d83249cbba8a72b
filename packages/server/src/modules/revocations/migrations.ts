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

export const controlMigrations: readonly Migration[] = [{ name: 'control-001-revocations', up: revocations }];
