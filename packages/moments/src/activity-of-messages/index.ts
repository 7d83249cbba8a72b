export { MessageActivity, type MessageActivityOptions } from './message-activity.ts';
export type { AudienceMessage } from './message.ts';
export type { ActivityFeatures, SampleMessage, SecondActivity } from './second-activity.ts';
