export { bestMoments, MOMENTS_PER_HOUR } from './best-moments.ts';
export { createSurge, type Surge, type SurgeOptions } from './create-surge.ts';
export type { MomentReasons } from './explain-moment.ts';
export type { MomentFlag } from './flags-of-activity.ts';
export type { MomentKind } from './kind-of-reactions.ts';
export type { SurgeMoment } from './surge-moment.ts';
export { SURGE_SETTINGS, type SurgeSettings } from './surge-settings.ts';
