import type { Moment } from '@ovation/protocol';
import { expect, it } from 'vitest';
import { eventsOf } from './moment-events.ts';

const T0 = Date.UTC(2026, 0, 1, 12);
const instant = (second: number) => new Date(T0 + 1_000 * second).toISOString();
// Only what events read.
const minute = (id: string, second: number, changes: object = {}) =>
  ({ id, final: true, holds: true, windowStart: instant(second), ...changes }) as unknown as Moment;
const rise = (id: string, start: number, end: number) =>
  minute(id, start, { range: { start: instant(start), peak: instant(start), end: instant(end) } });

it('a rise of the audience and the emote minutes in its time are one event (P8)', () => {
  const { events, faded } = eventsOf([
    minute('late', 180),
    rise('rise', 70, 100),
    minute('in', 60),
    minute('before', 0),
  ]);
  expect(events.map(({ moment, shares }) => [moment.id, shares.map(({ id }) => id)])).toEqual([
    ['late', []],
    ['rise', ['in']],
    ['before', []],
  ]);
  expect(faded).toEqual([]);
});

it('moments that ended below the threshold are set apart, and a moment that still goes on is not', () => {
  const { events, faded } = eventsOf([
    minute('on', 120, { final: false, holds: false }),
    minute('gone', 60, { holds: false }),
    minute('kept', 0),
  ]);
  expect(events.map(({ moment }) => moment.id)).toEqual(['on', 'kept']);
  expect(faded.map(({ id }) => id)).toEqual(['gone']);
});
