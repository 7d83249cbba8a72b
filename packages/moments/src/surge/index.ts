export { bestMoments, MOMENTS_PER_HOUR } from './best-moments.ts';
export { createSurge, type Surge, type SurgeOptions } from './create-surge.ts';
export { SURGE_SETTINGS, type SurgeSettings } from './surge-settings.ts';
