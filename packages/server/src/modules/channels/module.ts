import type { FeedsModule } from '../feeds/index.ts';
import type { Limits } from '../limits/index.ts';
import { defineModule } from '../module-spec.ts';
import type { Channels } from './index.ts';

export const module = defineModule<Channels, { feeds: FeedsModule; limits: Limits }>()({
  name: 'channels',
  needs: ['feeds', 'limits'],
  migrations: async () => (await import('./migrations.ts')).channelMigrations,
  load: async () => {
    const [{ createChannels }, { SettingsCache }, { CHANGED_SUBJECT }] = await Promise.all([
      import('./index.ts'),
      import('./settings-cache.ts'),
      import('./limits.ts'),
    ]);
    return ({ activity, bus, clock, database, ephemeral, logger, metrics }, { feeds, limits }) =>
      createChannels({
        database,
        cache: new SettingsCache({
          store: ephemeral,
          database,
          clock,
          metrics,
          tellChanged: (name) => bus.publish(CHANGED_SUBJECT, name),
        }),
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
  runs: [
    {
      name: 'hear changes',
      role: 'any',
      before: 'serving',
      load: async () => (await import('./hear-changes.ts')).hearChanges,
    },
  ],
});
