import type { Channels } from '../channels/index.ts';
import type { FeedsModule } from '../feeds/index.ts';
import { defineModule } from '../module-spec.ts';
import type { Moments } from './index.ts';

export const module = defineModule<Moments, { channels: Channels; feeds: FeedsModule }>()({
  name: 'moments',
  needs: ['channels', 'feeds'],
  migrations: async () => (await import('./migrations.ts')).momentMigrations,
  load: async () => {
    const { createMoments, forgetDeleted } = await import('./index.ts');
    return (platform, { channels }) => {
      channels.onDelete(forgetDeleted);
      return createMoments({ ...platform, activityPartitions: platform.activity.partitions });
    };
  },
  routes: async () => (await import('./routes.ts')).routes,
  runs: [
    {
      name: 'begin with a new log',
      role: 'analyzer',
      before: 'serving',
      load: async () => (await import('./begin-with-new-log.ts')).beginWithNewLog,
    },
    {
      name: 'analyze activity',
      role: 'analyzer',
      before: 'serving',
      load: async () => (await import('./analyze-activity.ts')).analyzeActivity,
    },
    {
      name: 'keep months of moments',
      role: 'worker',
      load: async () => {
        const [{ Sweep }, { createMonthKeeper }] = await Promise.all([
          import('../../sweep.ts'),
          import('./keep-months.ts'),
        ]);
        return async (_moments, { clock, config, database, logger }, { feeds }) => {
          const lease = feeds.lease('months of moments');
          const step = createMonthKeeper({ database, clock, momentDays: config.retention.momentDays, lease });
          return new Sweep({ what: 'months of moments', clock, logger, lease, step }).start();
        };
      },
    },
    {
      name: 'remove old moments',
      role: 'worker',
      load: async () => {
        const [{ Sweep }, { createRemover }] = await Promise.all([import('../../sweep.ts'), import('./remove-old.ts')]);
        return async (_moments, { clock, config, database, logger }, { feeds }) => {
          const step = createRemover({ database, clock, retention: config.retention });
          const lease = feeds.lease('sweep moments');
          return new Sweep({ what: 'windows and moments', clock, logger, lease, step }).start();
        };
      },
    },
  ],
});
