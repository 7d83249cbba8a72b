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

/** Every detector that runs on windows: a new one is its file and a line here. */
// Each keeps its own state type; the engine only stores it, hence `unknown`-compatible `never` on the input side.
export const windowDetectors: readonly WindowDetector<never>[] = [ratio as WindowDetector<never>];

/** Every detector that runs on channels across windows. */
export const channelDetectors: readonly ChannelDetector<never>[] = [surge as ChannelDetector<never>];
