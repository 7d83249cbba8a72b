import { defineModule } from '../module-spec.ts';
import type { FeedsModule } from './index.ts';

export const module = defineModule<FeedsModule>()({
  name: 'feeds',
  needs: [],
  migrations: async () => (await import('./migrations.ts')).feedMigrations,
  load: async () => (await import('./index.ts')).createFeedsModule,
  runs: [
    {
      name: 'relay',
      role: 'worker',
      before: 'serving',
      load:
        async () =>
        async ({ relay }) => {
          relay.start();
          return relay;
        },
    },
    {
      name: 'trim entries',
      role: 'worker',
      before: 'serving',
      load:
        async () =>
        async ({ trimmer }) =>
          trimmer.start(),
    },
  ],
});
