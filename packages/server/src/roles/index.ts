import type { RoleName } from '../config/config.ts';
import type { StartRole } from './role.ts';

/** Roles that work in the background; only the chosen ones are loaded. `api` and `gateway` are doors: compose opens them. */
export const backgroundRoles: readonly { name: RoleName; load: () => Promise<StartRole> }[] = [
  { name: 'worker', load: async () => (await import('./worker.ts')).startWorker },
  { name: 'analyzer', load: async () => (await import('./analyzer.ts')).startAnalyzer },
  { name: 'simulator', load: async () => (await import('./simulator.ts')).startSimulator },
];
