import { errorSpec } from '../core/errors.ts';
import { defineDomain } from '../domain.ts';

export const recordingsDomain = defineDomain({
  name: 'recordings',
  errors: { unreadableFile: errorSpec('unreadable_file', 422, 'The file cannot be read as a chat log') },
});
