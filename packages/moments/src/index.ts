export * from './analyze-reactions.ts';
export type { ChannelState } from './channel-state.ts';
export * from './decode-activity.ts';
export * from './detectors/index.ts';
export * from './engine.ts';
export * from './moment-id.ts';
export type { PartitionState } from './partition-state.ts';
export * from './window.ts';
