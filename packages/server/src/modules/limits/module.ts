import { defineModule } from '../module-spec.ts';
import type { Limits } from './index.ts';

export const module = defineModule<Limits>()({
  name: 'limits',
  needs: [],
  load: async () => {
    const { createLimits } = await import('./index.ts');
    return ({ clock, config, ephemeral }) => createLimits({ store: ephemeral, clock, changed: config.limits });
  },
});
