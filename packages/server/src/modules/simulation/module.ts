import type { Channels } from '../channels/index.ts';
import type { Messages } from '../chat-activity/index.ts';
import { defineModule } from '../module-spec.ts';
import type { Reactions } from '../reactions/index.ts';

export const module = defineModule<object, { channels: Channels; reactions: Reactions; 'chat-activity': Messages }>()({
  name: 'simulation',
  needs: ['channels', 'reactions', 'chat-activity'],
  load: async () => () => ({}),
  runs: [
    {
      // It starts when the doors are open: nothing may be appended before the bridge knows where to start.
      name: 'demo audience',
      role: 'simulator',
      load: async () => (await import('./start-audience.ts')).startAudience,
    },
  ],
});
