import { accessModule } from './access/module.ts';
import { channelsModule } from './channels/module.ts';
import { chatActivityModule } from './chat-activity/module.ts';
import { deadLettersModule } from './dead-letters/module.ts';
import { feedsModule } from './feeds/module.ts';
import { idempotencyModule } from './idempotency/module.ts';
import { inspectionModule } from './inspection/module.ts';
import { limitsModule } from './limits/module.ts';
import type { AnyModule } from './module-spec.ts';
import { momentsModule } from './moments/module.ts';
import { reactionsModule } from './reactions/module.ts';
import { recordingsModule } from './recordings/module.ts';
import { revocationsModule } from './revocations/module.ts';
import { simulationModule } from './simulation/module.ts';

/** Every domain of the product: each comes after the modules that it needs. A new one is its folder and a line here. */
export const modules: readonly AnyModule[] = [
  feedsModule,
  revocationsModule,
  accessModule,
  limitsModule,
  idempotencyModule,
  channelsModule,
  momentsModule,
  reactionsModule,
  chatActivityModule,
  recordingsModule,
  deadLettersModule,
  inspectionModule,
  simulationModule,
];
