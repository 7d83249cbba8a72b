import type { AnyModule } from './module-spec.ts';

/** Every domain of the product: each comes after the modules that it needs. A new one is its folder and a line here. */
const files = await Promise.all([
  import('./feeds/module.ts'),
  import('./revocations/module.ts'),
  import('./tickets/module.ts'),
  import('./access/module.ts'),
  import('./limits/module.ts'),
  import('./idempotency/module.ts'),
  import('./channels/module.ts'),
  import('./moments/module.ts'),
  import('./reactions/module.ts'),
  import('./chat-activity/module.ts'),
  import('./recordings/module.ts'),
  import('./dead-letters/module.ts'),
  import('./storage/module.ts'),
  import('./inspection/module.ts'),
  import('./simulation/module.ts'),
]);

export const modules: readonly AnyModule[] = files.map(({ module }) => module);
