import { readFileSync } from 'node:fs';
import { CLOSE, FRAME_ERRORS } from '@ovation/protocol';
import { describe, expect, it } from 'vitest';
import { listedFeedKinds, listedFrames } from '../../../test/support/listed-doors.ts';

const page = readFileSync(new URL('../../../../../docs/reference/sockets.md', import.meta.url), 'utf8');

/** First cells of the rows of the first table after a line that begins so, without the code marks. */
function rowsAfter(beginning: string): string[] {
  const lines = page.split('\n');
  const start = lines.findIndex((line) => line.startsWith(beginning));
  const first = lines.findIndex((line, index) => index >= start && line.startsWith('|---')) + 1;
  const end = lines.findIndex((line, index) => index >= first && !line.startsWith('|'));
  return lines.slice(first, end).map((line) => line.split('|')[1]?.trim().replaceAll('`', '') ?? '');
}

describe('docs/reference/sockets.md', () => {
  it('lists what a client may say', () => {
    expect(rowsAfter('| client says').toSorted()).toEqual(listedFrames.ops.toSorted());
  });

  it('lists what may be said at the classic door, and every kind of feed', () => {
    expect(rowsAfter('| a classic client says').toSorted()).toEqual(listedFrames.types.toSorted());
    const kinds = listedFeedKinds.map(({ prefix }) => `${prefix}:<name>`);
    expect(rowsAfter('| feed').toSorted()).toEqual(kinds.toSorted());
  });

  it('lists every error code and every close code', () => {
    expect(rowsAfter('## Error codes')).toEqual(Object.values(FRAME_ERRORS).map(String));
    expect(rowsAfter('## Close codes')).toEqual(
      Object.values(CLOSE)
        .toSorted((a, b) => a - b)
        .map(String),
    );
  });
});
