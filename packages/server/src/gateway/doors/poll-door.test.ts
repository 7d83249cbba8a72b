import { getEventListeners } from 'node:events';
import { expect, it } from 'vitest';
import { createManualClock } from '../../../test/support/manual-clock.ts';
import { poll } from './poll-door.ts';
import type { FeedRoom } from '../rooms/room.ts';

it('leaves nothing at its signal, which may live as long as the gateway', async () => {
  const members = new Set<unknown>();
  const room = {
    position: { e: 'one.1', o: 3 },
    isReady: true,
    join: (member: unknown) => members.add(member),
    leave: (member: unknown) => members.delete(member),
    reply: () => '{}',
  };
  const clock = createManualClock();
  const { signal } = new AbortController();
  // Of a room it needs only this.
  const parts = { room: room as unknown as FeedRoom, since: { e: 'one.1', o: 3 }, timeoutMs: 5_000, clock, signal };
  const answer = poll(parts);
  expect([members.size, getEventListeners(signal, 'abort').length]).toEqual([1, 1]);
  clock.advance(5_000);
  expect(await answer).toBe('{}');
  expect([members.size, getEventListeners(signal, 'abort').length]).toEqual([0, 0]);
});
