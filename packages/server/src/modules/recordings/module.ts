import { defineModule } from '../module-spec.ts';
import type { Recordings } from './index.ts';

export const module = defineModule<Recordings>()({
  name: 'recordings',
  needs: [],
  load: async () => {
    const { createRecordings } = await import('./index.ts');
    return () => createRecordings();
  },
  routes: async () => (await import('./routes.ts')).routes,
});
