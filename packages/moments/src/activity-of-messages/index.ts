export { authorHash, authorsIn, AUTHORS_SPACE, joinAuthors, numberOfAuthor } from './author-hash.ts';
export { digestOfSecond } from './digest-of-second.ts';
export { MessageActivity, type MessageActivityOptions } from './message-activity.ts';
export type { AudienceMessage } from './message.ts';
export { presentableText } from './presentable-text.ts';
export type { ActivityFeatures, SampleMessage, SecondActivity } from './second-activity.ts';
