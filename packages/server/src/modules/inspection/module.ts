import { defineModule } from '../module-spec.ts';

/** Commands on this machine look into the data folder of the running server. It has no API of its own. */
export const module = defineModule<object>()({
  name: 'inspection',
  needs: [],
  load: async () => () => ({}),
  routes: async () => (await import('./routes.ts')).routes,
});
