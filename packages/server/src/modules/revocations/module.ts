import type { FeedsModule } from '../feeds/index.ts';
import { defineModule } from '../module-spec.ts';
import type { Control } from './index.ts';

const HOUR_MS = 3_600_000;

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
    {
      name: 'remove revocations that ran out',
      role: 'worker',
      load: async () => {
        const [{ Sweep }, { removeOldRows }] = await Promise.all([
          import('../../sweep.ts'),
          import('../../remove-rows.ts'),
        ]);
        return async (_control, { clock, database, logger }, { feeds }) => {
          // A gateway whose clock is a little behind may still ask for it.
          const step = () =>
            removeOldRows(database, { table: 'revocations', column: 'until_ms', before: clock.now() - HOUR_MS });
          const lease = feeds.lease('sweep revocations');
          return new Sweep({ what: 'revocations', clock, logger, lease, step }).start();
        };
      },
    },
  ],
});
