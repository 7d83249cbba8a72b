import { defineModule } from '../module-spec.ts';

export const module = defineModule<object>()({
  name: 'storage',
  needs: [],
  load: async () => {
    const { storageMetrics } = await import('./metrics.ts');
    return ({ metrics }) => storageMetrics(metrics);
  },
  runs: [{ name: 'measure stores', role: 'worker', load: async () => (await import('./watch-stores.ts')).watchStores }],
});
