import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createFakeServer,
  createManualTimers,
  type FakeServer,
  type ManualTimers,
} from '../test/manual-environment.ts';
import { accepted, welcome } from '../test/server-frames.ts';
import { createConnection, type Connection } from './connection.ts';

/** What must be true of the connection, kept apart from how it is done. */
interface Model {
  kind: 'connecting' | 'live' | 'waiting' | 'closed';
  ended: boolean;
}

interface Real {
  connection: Connection;
  server: FakeServer;
  timers: ManualTimers;
  comeOnline: () => void;
}

const FEED = 'channel:default';

function agree(model: Model, real: Real): void {
  const state = real.connection.state();
  expect(state.kind).toBe(model.kind);
  expect(real.server.openCount).toBe(model.kind === 'connecting' || model.kind === 'live' ? 1 : 0);
  expect(real.connection.channel('default').get().state === 'live').toBe(model.kind === 'live');
  if (state.kind === 'waiting') {
    expect(state.retryInMs).toBeGreaterThan(0);
    expect(state.retryInMs).toBeLessThanOrEqual(30_000);
  }
}

type Step = fc.Command<Model, Real>;

function step(name: string, check: (model: Readonly<Model>) => boolean, run: (model: Model, real: Real) => void): Step {
  return {
    check,
    toString: () => name,
    run: (model, real) => {
      run(model, real);
      agree(model, real);
    },
  };
}

const isUp = (model: Readonly<Model>) => model.kind === 'connecting' || model.kind === 'live';

const steps = [
  fc.constant(
    step(
      'welcome',
      (model) => model.kind === 'connecting',
      (model, { server }) => {
        server.last.open();
        server.last.say(welcome({ [FEED]: accepted(1, 0) }));
        model.kind = 'live';
      },
    ),
  ),
  fc.constantFrom(1000, 1001, 1006, 1012, 4008, 4013, 4099, 4100, 4150, 4199, 4200).map((code) =>
    step(`drop ${code}`, isUp, (model, { server }) => {
      server.last.drop(code);
      model.kind = code >= 4100 && code <= 4199 ? 'closed' : 'waiting';
    }),
  ),
  fc.constant(
    step(
      'late frames of sockets that are over',
      () => true,
      (_model, { server }) => {
        for (const socket of server.sockets.filter((candidate) => candidate.isOver)) {
          socket.say(welcome({ [FEED]: accepted(9, 0) }));
          socket.drop(4100);
        }
      },
    ),
  ),
  fc.constant(
    step(
      'wait out the retry',
      (model) => model.kind === 'waiting',
      (model, { timers, connection }) => {
        const state = connection.state();
        timers.advance(state.kind === 'waiting' ? state.retryInMs : 0);
        model.kind = 'connecting';
      },
    ),
  ),
  fc.constant(
    step('silence', isUp, (model, { timers, connection }) => {
      // Longer than the welcome may take and shorter than two attempts can fail in.
      timers.advance(model.kind === 'live' ? 62_500 : 10_000);
      model.kind = connection.state().kind === 'waiting' ? 'waiting' : model.kind;
      expect(connection.state().kind).toBe('waiting');
    }),
  ),
  fc.constant(
    step(
      'online',
      () => true,
      (model, { comeOnline }) => {
        comeOnline();
        if (model.kind === 'waiting') model.kind = 'connecting';
      },
    ),
  ),
  fc.constant(
    step(
      'retry now',
      () => true,
      (model, { connection }) => {
        connection.retryNow();
        if (!model.ended && !isUp(model)) model.kind = 'connecting';
      },
    ),
  ),
  fc.integer({ min: 1, max: 20_000 }).map((after) =>
    step(
      `drain ${after}`,
      (model) => model.kind === 'live',
      (model, { server, connection }) => {
        server.last.say({ k: 'sys', kind: 'drain', after });
        server.last.drop(1012);
        model.kind = 'waiting';
        expect(connection.state()).toEqual({ kind: 'waiting', retryInMs: after });
      },
    ),
  ),
  fc.constant(
    step(
      'close',
      (model) => !model.ended,
      (model, { connection }) => {
        connection.close();
        model.kind = 'closed';
        model.ended = true;
      },
    ),
  ),
];

describe('connection, by model', () => {
  it('keeps one socket at most, comes back where it may, and never after its end', () => {
    fc.assert(
      fc.property(
        fc.commands(steps, { maxCommands: 60 }),
        fc.float({ min: 0, max: Math.fround(0.999), noNaN: true }),
        (run, luck) => {
          fc.modelRun(() => {
            const timers = createManualTimers();
            const server = createFakeServer();
            let comeOnline = () => {};
            const connection = createConnection({
              url: 'ws://test/ws',
              transport: server.transport,
              timers,
              random: () => luck,
              online: (listener) => {
                comeOnline = listener;
                return () => {};
              },
            });
            connection.channel('default').subscribe(() => {});
            const model: Model = { kind: 'connecting', ended: false };
            return { model, real: { connection, server, timers, comeOnline: () => comeOnline() } };
          }, run);
        },
      ),
      { numRuns: 300 },
    );
  });
});
