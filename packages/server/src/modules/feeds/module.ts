import { defineModule } from '../module-spec.ts';
import type { FeedsModule } from './index.ts';

export const module = defineModule<FeedsModule>()({
  name: 'feeds',
  needs: [],
  migrations: async () => (await import('./migrations.ts')).feedMigrations,
  load: async () => (await import('./index.ts')).createFeedsModule,
  runs: [
    {
      name: 'call the relay',
      role: 'any',
      before: 'serving',
      load: async () => async (feeds) => {
        const calling = feeds.callRelay();
        return { [Symbol.asyncDispose]: async () => calling[Symbol.dispose]() };
      },
    },
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
