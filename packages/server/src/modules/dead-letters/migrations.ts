import type { Migration } from '../../ports/database.ts';

export const deadLetterMigrations: readonly Migration[] = [
  {
    name: 'dead-letters-001-replays',
    up: `
      create table dead_letter_replays (
        key varchar(512) primary key,
        replayed_at timestamptz not null
      );
    `,
  },
  {
    name: 'dead-letters-002-ages',
    up: 'create index idx_dead_letter_replays_at on dead_letter_replays (replayed_at)',
  },
];
