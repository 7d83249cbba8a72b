import { MONTH_MS } from '../core/time.ts';
import { defineDomain } from '../domain.ts';

export const deadLettersDomain = defineDomain({
  name: 'dead-letters',
  topics: { deadLetter: { name: 'dead-letter', partitions: 3, retentionMs: MONTH_MS } },
});
