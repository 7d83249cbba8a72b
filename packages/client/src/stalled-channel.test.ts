import { expect, it } from 'vitest';
import { createFakeServer, createManualTimers } from '../test/manual-environment.ts';
import { accepted, SERVER_START, welcome } from '../test/server-frames.ts';
import { createConnection } from './connection.ts';

const FEED = 'channel:default';

it('a channel tells while the server finds no moments in it, and when that is over (D1)', () => {
  const server = createFakeServer();
  const connection = createConnection({
    url: 'ws://test/ws',
    transport: server.transport,
    timers: createManualTimers(),
    online: () => () => undefined,
  });
  const store = connection.channel('default');
  store.subscribe(() => undefined);
  server.last.open();
  server.last.say(welcome({ [FEED]: accepted(1, 7) }));
  const shown = () => store.get().isStalled;
  const tick = { k: 'tick', c: 1, s: 1, at: SERVER_START } as const;
  expect(shown()).toBe(false);
  server.last.say({ ...tick, t: [], stalled: true });
  server.last.say({ ...tick, t: [] });
  expect(shown()).toBe(true);
  server.last.say({ ...tick, t: [], stalled: false });
  expect(shown()).toBe(false);
  server.last.say({ k: 'gap', c: 1, pos: { e: 'epoch', o: 12 } });
  const request = server.last.sent.at(-1);
  if (request?.op !== 'sub') throw new Error('not a subscription');
  server.last.say({ k: 'ok', id: request.id, sub: accepted(1, 12, { stalled: true }) });
  expect(shown()).toBe(true);
});
