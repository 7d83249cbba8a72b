import { defineModule } from '../module-spec.ts';
import type { DeadLetterBox } from './index.ts';

export const module = defineModule<DeadLetterBox>()({
  name: 'dead-letters',
  needs: [],
  migrations: async () => (await import('./migrations.ts')).deadLetterMigrations,
  load: async () => {
    const { createDeadLetterBox } = await import('./index.ts');
    return ({ clock, config, database, eventLog }) =>
      createDeadLetterBox({ database, eventLog, clock, rawTopic: config.rawTopic });
  },
  routes: async () => (await import('./routes.ts')).routes,
});
