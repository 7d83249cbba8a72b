import type { Channels } from '../channels/index.ts';
import { defineModule } from '../module-spec.ts';
import type { Moments } from './index.ts';

export const module = defineModule<Moments, { channels: Channels }>()({
  name: 'moments',
  needs: ['channels'],
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
      name: 'analyze activity',
      role: 'analyzer',
      before: 'serving',
      load: async () => (await import('./analyze-activity.ts')).analyzeActivity,
    },
  ],
});
