import type { FeedsModule } from '../feeds/index.ts';
import { defineModule } from '../module-spec.ts';
import type { Channels } from './index.ts';

export const module = defineModule<Channels, { feeds: FeedsModule }>()({
  name: 'channels',
  needs: ['feeds'],
  migrations: async () => (await import('./migrations.ts')).channelMigrations,
  load: async () => {
    const { createChannels } = await import('./index.ts');
    return ({ activity, clock, database, logger }, { feeds }) =>
      createChannels({ database, outbox: feeds.relay, clock, logger, activityPartitions: activity.partitions });
  },
  routes: async () => (await import('./routes.ts')).routes,
  frames: async () => (await import('./frames.ts')).frames,
});
