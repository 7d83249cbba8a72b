import { expect, it } from 'vitest';
import { fakeMoment } from '../../../test/support/fake-moment.ts';
import { RoomReplay } from './room-replay.ts';

it('a replay from every position is right, and few of them are kept', () => {
  const replay = new RoomReplay(1);
  const events = Array.from({ length: 200 }, (_, index) => ({
    seq: index + 1,
    event: { y: 'moment' as const, d: fakeMoment({ id: `m${index + 1}` }) },
  }));
  replay.push(replay.encode(events, 0), 0);
  // The second time some come from memory.
  for (let seq = 0; seq <= 400; seq += 1) {
    const text = replay.textAfter(seq % 201, 200);
    const told = JSON.parse(`[${text}]`) as { o: number }[];
    expect(told.map(({ o }) => o)).toEqual(events.slice(seq % 201).map((event) => event.seq));
  }
  expect(replay.textAfter(201, 200)).toBeUndefined();
  expect(replay.keptTexts).toBeLessThanOrEqual(16);
});
