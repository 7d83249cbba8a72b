import path from 'node:path';
import { defineModule } from '../module-spec.ts';
import type { Recordings } from './index.ts';

export const module = defineModule<Recordings>()({
  name: 'recordings',
  needs: [],
  load: async () => {
    const { createRecordings } = await import('./index.ts');
    return ({ config }) => createRecordings({ spoolFolder: path.join(config.dataDir, 'spool') });
  },
  routes: async () => (await import('./routes.ts')).routes,
  runs: [
    {
      name: 'spool',
      role: 'api',
      before: 'serving',
      load: async () => async (recordings) => {
        await recordings.clear();
        return { [Symbol.asyncDispose]: () => recordings.clear() };
      },
    },
  ],
});
