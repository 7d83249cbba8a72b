import type { AccessRule } from '../../callers/index.ts';
import { defineModule } from '../module-spec.ts';
import type { Control } from '../revocations/index.ts';

export const module = defineModule<AccessRule, { revocations: Control }>()({
  name: 'access',
  needs: ['revocations'],
  load: async () => {
    const [{ createAccess }, { accessMetrics }, { noteEndlessTokens }] = await Promise.all([
      import('./index.ts'),
      import('./metrics.ts'),
      import('./endless-tokens.ts'),
    ]);
    return ({ clock, config, logger, metrics }, { revocations }) =>
      createAccess({
        clock,
        noteEndless: noteEndlessTokens(accessMetrics(metrics), logger),
        mode: config.settingsAuth,
        secret: config.accessTokenSecret,
        isRevoked: (identity) => revocations.find(identity) !== undefined,
        hostIsLoopback: config.hostIsLoopback,
        origins: config.origins,
      });
  },
});
