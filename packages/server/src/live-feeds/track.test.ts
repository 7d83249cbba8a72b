import fc from 'fast-check';
import { it } from 'vitest';
import { FeedTrack } from './track.ts';

const FEED = 'channel:one';
const EPOCH = 'e.1';

/** Copies of entries 1 to `n` in any order, each at least once. */
const copies = fc.integer({ min: 1, max: 12 }).chain((n) => {
  const all = Array.from({ length: n }, (_, index) => index + 1);
  const more = fc.array(fc.integer({ min: 1, max: n }), { maxLength: 12 });
  return more.chain((again) => fc.shuffledSubarray([...all, ...again], { minLength: n + again.length }));
});

function delivered(arrivals: readonly number[]): number[] {
  const track = new FeedTrack(FEED, EPOCH);
  track.open(0);
  return arrivals.flatMap((seq) => {
    // Only the place of an entry matters here, not what it says.
    track.offer({ feed: FEED, epoch: EPOCH, seq, body: null });
    return track.take(0).map((entry) => entry.seq);
  });
}

function isExact(arrivals: readonly number[]): boolean {
  const expected = Array.from({ length: Math.max(...arrivals) }, (_, index) => index + 1);
  return JSON.stringify(delivered(arrivals)) === JSON.stringify(expected);
}

it('entries go out in order, each once, whatever order and however many copies they come in', () => {
  fc.assert(fc.property(copies, (arrivals) => isExact(arrivals)));
});
