import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createManualTimers, type ManualTimers } from '../test/manual-environment.ts';
import { SERVER_START, accepted, welcome } from '../test/server-frames.ts';
import { createConnection } from './connection.ts';
import type { Transport, WireEvents } from './environment.ts';

/** A server that comes and goes, behind a network that lets some ways through and others not. */
function createNetwork(timers: ManualTimers, isOpen: readonly boolean[]) {
  const wires = new Set<{ way: number; events: WireEvents }>();
  let isUp = true;
  const drop = (wire: { way: number; events: WireEvents }) => {
    if (wires.delete(wire)) wire.events.closed(1006);
  };
  const transports = isOpen.map((isThrough, way): Transport => (_url, _subprotocol, events) => {
    const wire = { way, events };
    wires.add(wire);
    timers.after(0, () => {
      if (!isUp || !isThrough) drop(wire);
      else if (wires.has(wire)) events.opened();
    });
    return {
      send: (text) => {
        if (!text.includes('"op":"hello"')) return;
        const reply = welcome({ 'channel:default': accepted(1, 0) });
        timers.after(0, () => wires.has(wire) && events.received(JSON.stringify({ ...reply, now: SERVER_START })));
      },
      close: () => drop(wire),
    };
  });
  return {
    transports,
    ways: () => [...wires].map(({ way }) => way),
    set(up: boolean) {
      isUp = up;
      if (!up) for (const wire of wires) drop(wire);
    },
  };
}

const script = fc.array(fc.record({ up: fc.boolean(), ms: fc.integer({ min: 0, max: 20_000 }) }), { maxLength: 20 });
const ways = fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }).filter((open) => open.includes(true));

describe('transports, by model', () => {
  it('whoever is live is so by the best way that the network lets through, however often the server was away', () => {
    fc.assert(
      fc.property(ways, script, fc.float({ min: 0, max: Math.fround(0.999), noNaN: true }), (open, steps, luck) => {
        const timers = createManualTimers();
        const network = createNetwork(timers, open);
        const online = () => () => undefined;
        const { transports } = network;
        const connection = createConnection({ url: 'ws://test/ws', transports, timers, random: () => luck, online });
        connection.channel('default').subscribe(() => undefined);
        const agree = () => {
          expect(network.ways().length).toBeLessThanOrEqual(1);
          if (connection.state().kind === 'live') expect(network.ways()).toEqual([open.indexOf(true)]);
        };
        for (const { up, ms } of steps) {
          network.set(up);
          agree();
          timers.advance(ms);
          agree();
        }
        network.set(true);
        // Not more than every way tried once after the longest wait, and the way that worked once more.
        for (let second = 0; second < 200 && connection.state().kind !== 'live'; second += 1) timers.advance(1_000);
        expect(connection.state().kind).toBe('live');
        agree();
      }),
      { numRuns: 300 },
    );
  });
});
