import { defineModule } from '../module-spec.ts';
import type { FeedsModule } from '../feeds/index.ts';
import type { TicketKeyRing } from './index.ts';

export const module = defineModule<TicketKeyRing, { feeds: FeedsModule }>()({
  name: 'tickets',
  needs: ['feeds'],
  migrations: async () => (await import('./migrations.ts')).ticketMigrations,
  load: async () => (await import('./index.ts')).createTicketKeys,
  runs: [
    {
      name: 'read the keys of tickets',
      role: 'gateway',
      before: 'serving',
      load: async () => async (keys) => {
        await keys.open();
        const following = keys.follow();
        return { [Symbol.asyncDispose]: async () => following[Symbol.dispose]() };
      },
    },
    {
      name: 'rotate the keys of tickets',
      role: 'worker',
      load: async () => {
        const { Sweep } = await import('../../sweep.ts');
        return async (keys, { clock, logger }, { feeds }) => {
          const step = async () => {
            await keys.rotate();
            return 0;
          };
          return new Sweep({
            what: 'keys of tickets',
            clock,
            logger,
            lease: feeds.lease('rotate tickets'),
            step,
          }).start();
        };
      },
    },
  ],
});
