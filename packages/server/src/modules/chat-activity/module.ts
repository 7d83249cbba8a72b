import type { Channels } from '../channels/index.ts';
import { defineModule } from '../module-spec.ts';
import type { Reactions } from '../reactions/index.ts';
import type { Messages } from './index.ts';

export const module = defineModule<Messages, { channels: Channels; reactions: Reactions }>()({
  name: 'chat-activity',
  needs: ['channels', 'reactions'],
  load: async () => {
    const { createMessages } = await import('./index.ts');
    return ({ clock }, { reactions }) => createMessages({ clock, reactions });
  },
  routes: async () => (await import('./routes.ts')).routes,
});
