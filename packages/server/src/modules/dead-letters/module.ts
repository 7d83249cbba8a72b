import type { FeedsModule } from '../feeds/index.ts';
import { defineModule } from '../module-spec.ts';
import type { DeadLetterBox } from './index.ts';

const DAY_MS = 86_400_000;

export const module = defineModule<DeadLetterBox, { feeds: FeedsModule }>()({
  name: 'dead-letters',
  needs: ['feeds'],
  migrations: async () => (await import('./migrations.ts')).deadLetterMigrations,
  load: async () => {
    const { createDeadLetterBox } = await import('./index.ts');
    return ({ clock, config, database, eventLog }) =>
      createDeadLetterBox({ database, eventLog, clock, rawTopic: config.rawTopic });
  },
  routes: async () => (await import('./routes.ts')).routes,
  runs: [
    {
      name: 'remove marks of replays',
      role: 'worker',
      load: async () => {
        const [{ Sweep }, { removeOldRows }] = await Promise.all([
          import('../../sweep.ts'),
          import('../../remove-rows.ts'),
        ]);
        return async (_letters, { clock, config, database, logger }, { feeds }) => {
          // A day longer than the letter is in the log: without its mark it would be replayed again.
          const keptMs = (config.retention.deadLetterDays + 1) * DAY_MS;
          const step = () =>
            removeOldRows(database, {
              table: 'dead_letter_replays',
              column: 'replayed_at',
              before: new Date(clock.now() - keptMs),
            });
          const lease = feeds.lease('sweep replays');
          return new Sweep({ what: 'marks of replays', clock, logger, lease, step }).start();
        };
      },
    },
  ],
});
