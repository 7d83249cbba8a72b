import { readFileSync } from 'node:fs';
import { topicSpecs } from '@ovation/protocol';
import { describe, expect, it } from 'vitest';

const page = readFileSync(new URL('../../../../docs/reference/events.md', import.meta.url), 'utf8');
const HOUR_MS = 3_600_000;

describe('docs/reference/events.md', () => {
  it('lists every topic with its partitions and how long it is kept', () => {
    const rows = [...page.matchAll(/^\| `([^`]+)` \| (\d+) \| (\d+) (h|d) \|/gm)].map(
      ([, name, partitions, n, unit]) => ({
        name,
        partitions: Number(partitions),
        retentionMs: Number(n) * (unit === 'd' ? 24 : 1) * HOUR_MS,
      }),
    );
    expect(rows).toEqual(topicSpecs('embedded'));
  });
});
