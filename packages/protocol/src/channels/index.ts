import { errorSpec } from '../core/errors.ts';
import { defineDomain } from '../domain.ts';

export * from './broadcast.ts';
export * from './events.ts';
export * from './resources.ts';
export * from './settings.ts';

export const channelsDomain = defineDomain({
  name: 'channels',
  errors: {
    channelNotFound: errorSpec('channel_not_found', 404, 'There is no channel of this name'),
    channelArchived: errorSpec('channel_archived', 409, 'This channel is archived: it takes nothing new'),
  },
});
