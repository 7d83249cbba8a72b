import { defineModule } from '../module-spec.ts';

export const module = defineModule<object>()({
  name: 'engines',
  needs: [],
  load: async () => {
    const { engineMetrics } = await import('./metrics.ts');
    return ({ metrics }) => engineMetrics(metrics);
  },
  runs: [
    {
      name: 'measure engines',
      role: 'any',
      before: 'serving',
      load: async () => (await import('./measure-engines.ts')).measureEngines,
    },
  ],
});
