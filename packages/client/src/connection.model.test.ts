import type { EventFrame, ResumePoint, SubscriptionReply } from '@ovation/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createFakeServer,
  createManualTimers,
  type FakeServer,
  type ManualTimers,
} from '../test/manual-environment.ts';
import { SERVER_START, accepted, moment, momentEvent, snapshot, welcome } from '../test/server-frames.ts';
import { createConnection, type Connection } from './connection.ts';

/** What must be true of the connection, kept apart from how it is done. */
interface Model {
  kind: 'connecting' | 'live' | 'waiting' | 'closed';
  ended: boolean;
  /** entries in the server's feed */
  entries: number;
  /** the browser refuses to make sockets */
  isBlocked: boolean;
  /** reactions that ticks brought while the client was there */
  ticked: number;
  /** the first entry that the client must have been given; undefined before the first snapshot */
  from: number | undefined;
}

interface Real {
  connection: Connection;
  server: FakeServer;
  timers: ManualTimers;
  comeOnline: () => void;
  /** seqs of the entries that the application was told, in order */
  told: number[];
  ticked: number;
  isBlocked: boolean;
}

const FEED = 'channel:default';

function agree(model: Model, real: Real): void {
  const state = real.connection.state();
  expect(state.kind).toBe(model.kind);
  expect(real.server.openCount).toBe(model.kind === 'connecting' || model.kind === 'live' ? 1 : 0);
  const view = real.connection.channel('default').get();
  expect(view.state === 'live').toBe(model.kind === 'live');
  // What is known stays, and is called old; the store never falls back to knowing nothing.
  if (model.from !== undefined) expect(['live', 'stale']).toContain(view.state);
  expect(view.staleSince !== undefined).toBe(view.state === 'stale');
  expect(view.settings !== undefined).toBe(model.from !== undefined);
  expect(view.moments.size).toBeGreaterThanOrEqual(Math.min(real.told.length, 1));
  expect(real.ticked).toBe(model.ticked);
  // Whatever was lost: no entry twice, none left out, none before its time.
  const from = model.from ?? 1;
  expect(real.told).toEqual(real.told.map((_, index) => from + index));
  if (model.kind === 'live') expect(real.told.length).toBe(model.entries - from + 1);
  if (state.kind === 'waiting') {
    expect(state.retryInMs).toBeGreaterThan(0);
    expect(state.retryInMs).toBeLessThanOrEqual(30_000);
  }
}

const entry = (o: number) => momentEvent(1, o, moment(`m${o}`, 1)) as EventFrame;

/** What the server's spec says: all that was missed, or the state to one who has no position of this epoch. */
function reply(model: Model, since: ResumePoint | undefined): SubscriptionReply {
  if (since?.e !== 'epoch') {
    model.from ??= model.entries + 1;
    return accepted(1, model.entries);
  }
  const events = Array.from({ length: model.entries - since.o }, (_, index) => entry(since.o + 1 + index));
  const table = { v: 1, emotes: snapshot().emotes };
  return { c: 1, e: 'epoch', o: model.entries, recovered: true, events, occ: 1, table };
}

/** Answers what the client asked for since the welcome. */
function answerSubscriptions(model: Model, { server }: Real): void {
  for (const frame of server.last.sent.splice(0)) {
    if (frame.op === 'sub') server.last.say({ k: 'ok', id: frame.id, sub: reply(model, frame.since) });
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

/** Where an attempt leads at once. */
const opened = (model: Readonly<Model>) => (model.isBlocked ? 'waiting' : 'connecting');

const isUp = (model: Readonly<Model>) => model.kind === 'connecting' || model.kind === 'live';

const steps = [
  fc.constant(
    step(
      'welcome',
      (model) => model.kind === 'connecting',
      (model, { server }) => {
        server.last.open();
        const [hello] = server.last.sent.splice(0);
        const since = hello?.op === 'hello' ? hello.subs[0]?.since : undefined;
        server.last.say(welcome({ [FEED]: reply(model, since) }));
        model.kind = 'live';
      },
    ),
  ),
  fc.constant(
    step(
      'an entry',
      () => true,
      (model, { server }) => {
        model.entries += 1;
        if (model.kind === 'live') server.last.say(entry(model.entries));
      },
    ),
  ),
  fc.constant(
    step(
      'an entry comes twice',
      (model) => model.kind === 'live' && model.entries > 0,
      (model, { server }) => server.last.say(entry(model.entries)),
    ),
  ),
  fc.integer({ min: 1, max: 9 }).map((n) =>
    step(
      `a tick of ${n}`,
      (model) => model.kind === 'live',
      (model, { server, timers }) => {
        server.last.say({ k: 'tick', c: 1, s: 1, at: SERVER_START + timers.now(), t: [[0, n]] });
        model.ticked += n;
      },
    ),
  ),
  fc.boolean().map((isBlocked) =>
    step(
      `sockets are ${isBlocked ? 'refused' : 'allowed'}`,
      () => true,
      (model, real) => {
        model.isBlocked = isBlocked;
        real.isBlocked = isBlocked;
      },
    ),
  ),
  fc.constantFrom('gap', 'later entry').map((how) =>
    step(
      `entries are lost, then ${how}`,
      (model) => model.kind === 'live',
      (model, real) => {
        model.entries += 2;
        const { entries: o } = model;
        real.server.last.sent.splice(0);
        real.server.last.say(how === 'gap' ? { k: 'gap', c: 1, pos: { e: 'epoch', o } } : entry(o));
        answerSubscriptions(model, real);
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
        model.kind = opened(model);
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
        if (model.kind === 'waiting') model.kind = opened(model);
      },
    ),
  ),
  fc.constant(
    step(
      'retry now',
      () => true,
      (model, { connection }) => {
        connection.retryNow();
        if (!model.ended && !isUp(model)) model.kind = opened(model);
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
        fc.boolean(),
        (run, luck, lazy) => {
          fc.modelRun(() => {
            const timers = createManualTimers();
            const server = createFakeServer();
            // Filled in below; the transport looks at it already.
            const real = { told: [] as number[], ticked: 0, isBlocked: false } as unknown as Real;
            let comeOnline = () => {};
            const connection = createConnection({
              url: 'ws://test/ws',
              transport: (url, subprotocol, events) => {
                if (real.isBlocked) throw new Error('refused');
                return server.transport(url, subprotocol, events);
              },
              lazy,
              timers,
              random: () => luck,
              online: (listener) => {
                comeOnline = listener;
                return () => {};
              },
            });
            Object.assign(real, { connection, server, timers, comeOnline: () => comeOnline() });
            const store = connection.channel('default');
            store.on('moment', (_, seq) => real.told.push(seq));
            store.onTick(({ counts }) => counts.forEach((count) => (real.ticked += count)));
            const model: Model = {
              kind: 'connecting',
              ended: false,
              isBlocked: false,
              entries: 0,
              ticked: 0,
              from: undefined,
            };
            return { model, real };
          }, run);
        },
      ),
      { numRuns: 300 },
    );
  });
});
