import type { Migration } from '../../ports/database.ts';

/** Keys that sign tickets, shared by all gateways. `id` rises with age: the newest signs. */
const keys = `
create table ticket_keys (
  id bigint generated always as identity primary key,
  secret text not null,
  made_at timestamptz not null default clock_timestamp()
);
`;

export const ticketMigrations: readonly Migration[] = [{ name: 'tickets-001-keys', up: keys }];
