import type { Channels } from '../channels/index.ts';
import { defineModule } from '../module-spec.ts';
import type { Moments } from '../moments/index.ts';
import type { Reactions } from './index.ts';

export const module = defineModule<Reactions, { channels: Channels; moments: Moments }>()({
  name: 'reactions',
  needs: ['channels', 'moments'],
  load: async () => {
    const { createReactions } = await import('./index.ts');
    return (platform) => createReactions({ ...platform, activityPartitions: platform.activity.partitions });
  },
  routes: async () => (await import('./routes.ts')).routes,
  frames: async () => (await import('./frames.ts')).frames,
  feeds: async () => (await import('./feeds.ts')).feeds,
  runs: [
    // The digests that are still open are written when all doors have closed.
    { name: 'digests', role: 'any', before: 'serving', load: async () => async (reactions) => reactions },
    {
      // Before anything can be appended by this process: the bridge starts at the end of the topic on its first start.
      name: 'bridge',
      role: 'analyzer',
      before: 'serving',
      load: async () => (await import('./bridge-raw-emotes.ts')).bridgeRawEmotes,
    },
  ],
});
