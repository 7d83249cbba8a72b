import { defineModule } from '../module-spec.ts';
import type { Reactions } from '../reactions/index.ts';
import type { Messages } from './index.ts';

export const chatActivityModule = defineModule<Messages, { reactions: Reactions }>({
  name: 'chat-activity',
  needs: ['reactions'],
  load: async () => {
    const { createMessages } = await import('./index.ts');
    return ({ clock }, { reactions }) => createMessages({ clock, reactions });
  },
});
