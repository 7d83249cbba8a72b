import type { FeedsModule } from '../feeds/index.ts';
import type { Limits } from '../limits/index.ts';
import { defineModule } from '../module-spec.ts';
import type { Channels } from './index.ts';

export const module = defineModule<Channels, { feeds: FeedsModule; limits: Limits }>()({
  name: 'channels',
  needs: ['feeds', 'limits'],
  migrations: async () => (await import('./migrations.ts')).channelMigrations,
  load: async () => {
    const { createChannels } = await import('./index.ts');
    return ({ activity, clock, database, logger }, { feeds, limits }) =>
      createChannels({
        database,
        outbox: feeds.relay,
        clearFeed: (uow, feed) => feeds.feeds.clear(uow, feed),
        limits,
        clock,
        logger,
        activityPartitions: activity.partitions,
      });
  },
  routes: async () => (await import('./routes.ts')).routes,
  frames: async () => (await import('./frames.ts')).frames,
});
