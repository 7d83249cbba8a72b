import type { FeedsModule } from '../feeds/index.ts';
import { defineModule } from '../module-spec.ts';
import type { Control } from './index.ts';

export const module = defineModule<Control, { feeds: FeedsModule }>()({
  name: 'revocations',
  needs: ['feeds'],
  migrations: async () => (await import('./migrations.ts')).controlMigrations,
  load: async () => {
    const { createControl } = await import('./index.ts');
    return (platform, { feeds }) => createControl({ ...platform, feeds: feeds.feeds });
  },
  runs: [
    {
      // Before anything is relayed or served: what follows belongs to the epoch that is in force then.
      name: 'timeline',
      role: 'any',
      before: 'serving',
      load: async () => async (control) => {
        await control.start();
        return { [Symbol.asyncDispose]: async () => control[Symbol.dispose]() };
      },
    },
  ],
});
