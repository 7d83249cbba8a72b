import type { Migration } from '../ports/database.ts';
import { channelMigrations } from './channels/index.ts';
import { controlMigrations } from './revocations/index.ts';
import { deadLetterMigrations } from './dead-letters/index.ts';
import { feedMigrations } from './feeds/index.ts';
import { idempotencyMigrations } from './idempotency/index.ts';
import { momentMigrations } from './moments/index.ts';

/** Every module that owns tables, in the order their migrations run. */
export const migrations: readonly Migration[] = [
  ...feedMigrations,
  ...channelMigrations,
  ...momentMigrations,
  ...idempotencyMigrations,
  ...deadLetterMigrations,
  ...controlMigrations,
];
