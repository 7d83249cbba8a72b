import type { Channels } from '../channels/index.ts';
import { defineModule } from '../module-spec.ts';
import type { Moments } from './index.ts';

export const module = defineModule<Moments, { channels: Channels }>()({
  name: 'moments',
  needs: ['channels'],
  migrations: async () => (await import('./migrations.ts')).momentMigrations,
  load: async () => {
    const { createMoments } = await import('./index.ts');
    return (platform) => createMoments({ ...platform, activityPartitions: platform.activity.partitions });
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
  ],
});
