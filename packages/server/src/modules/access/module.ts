import type { AccessRule } from '../../callers/index.ts';
import { defineModule } from '../module-spec.ts';
import type { Control } from '../revocations/index.ts';

export const module = defineModule<AccessRule, { revocations: Control }>()({
  name: 'access',
  needs: ['revocations'],
  load: async () => {
    const { createAccess } = await import('./index.ts');
    return ({ config }, { revocations }) =>
      createAccess({
        mode: config.settingsAuth,
        secret: config.accessTokenSecret,
        isRevoked: (identity) => revocations.find(identity) !== undefined,
        hostIsLoopback: config.hostIsLoopback,
        origins: config.origins,
      });
  },
});
