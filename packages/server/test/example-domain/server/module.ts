import { defineModule } from '../../../src/modules/module-spec.ts';
import type { Notes } from './index.ts';

export const module = defineModule<Notes>()({
  name: 'notes',
  needs: [],
  migrations: async () => [
    { name: 'notes-001-table', up: 'create table example_notes (id serial primary key, text text not null)' },
  ],
  load: async () => (await import('./index.ts')).createNotes,
  routes: async () => (await import('./routes.ts')).routes,
  frames: async () => (await import('./frames.ts')).frames,
  feeds: async () => (await import('./feeds.ts')).feeds,
  runs: [
    {
      name: 'hear notes',
      role: 'worker',
      before: 'serving',
      load: async () => (await import('./consumers.ts')).hearNotes,
    },
  ],
});
