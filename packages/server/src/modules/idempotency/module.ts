import { defineModule } from '../module-spec.ts';
import type { Idempotency } from './index.ts';

export const module = defineModule<Idempotency>()({
  name: 'idempotency',
  needs: [],
  migrations: async () => (await import('./migrations.ts')).idempotencyMigrations,
  load: async () => (await import('./index.ts')).createIdempotency,
});
