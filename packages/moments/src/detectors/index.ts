import type { ChannelDetector, WindowDetector } from './detector.ts';
import { ratio } from './ratio.ts';
import { surge } from './surge.ts';

export type {
  ChannelDetector,
  ChannelFinding,
  ChannelRecordActivity,
  Finding,
  JudgeContext,
  WindowDetector,
} from './detector.ts';
export { ratio } from './ratio.ts';
export { surge, type SurgeState } from './surge.ts';

/** Every detector that runs on windows. A new one is a file and a line here. */
// Each detector has its own state type. The engine only stores states, so `never` hides the type here.
export const windowDetectors: readonly WindowDetector<never>[] = [ratio as WindowDetector<never>];

/** Every detector that runs on channels across windows. */
export const channelDetectors: readonly ChannelDetector<never>[] = [surge as ChannelDetector<never>];
