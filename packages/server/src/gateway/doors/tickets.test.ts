import { channelFeed } from '@ovation/protocol';
import { SignJWT } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createManualClock } from '../../../test/support/manual-clock.ts';
import { fakeMoment } from '../../../test/support/fake-moment.ts';
import { SECRET, startWorld, until, type World } from '../../../test/support/gateway/door-fakes.ts';
import { oneTicketKey } from '../../../test/support/gateway/one-ticket-key.ts';
import { Tickets } from './tickets.ts';

const FEED = channelFeed('demo');
let world: World;
beforeEach(async () => {
  world = await startWorld('token');
});
afterEach(() => world[Symbol.asyncDispose]());

function tokenFor(seconds: number): Promise<string> {
  const now = Math.floor(world.clock.now() / 1000);
  const jwt = new SignJWT({ id: 'u1', role: 'viewer' }).setProtectedHeader({ alg: 'HS256' });
  return jwt.setExpirationTime(now + seconds).sign(new TextEncoder().encode(SECRET));
}

async function hello(fields: object) {
  const client = await world.open('/ws', ['ovation.v1']).opened();
  client.send({ op: 'hello', subs: [{ ch: FEED }], ...fields });
  await until(() => expect(client.closed ?? client.of('welcome')[0]).toBeDefined());
  return { client, welcome: client.of('welcome')[0] };
}

describe('a ticket', () => {
  it('opens what it names without asking the database, until it is over', async () => {
    const { welcome } = await hello({});
    world.channels.failure = new Error('The database is down');
    expect((await hello({})).welcome).toMatchObject({ subs: { [FEED]: { code: 154 } } });
    const again = await hello({ resume: welcome?.['resume'] });
    expect(again.welcome).toMatchObject({ subs: { [FEED]: { o: 0 } } });
    world.clock.advance(120_000);
    expect((await hello({ resume: welcome?.['resume'] })).welcome).toMatchObject({ subs: { [FEED]: { code: 154 } } });
  });

  it('comes anew with every ping', async () => {
    const { client, welcome } = await hello({});
    world.clock.advance(25_000);
    await until(() => expect(client.of('ping')).toHaveLength(1));
    expect(client.of('ping')[0]?.['resume']).not.toBe(welcome?.['resume']);
  });

  it('that is forged, foreign or broken is none', () => {
    const clock = createManualClock();
    const tickets = new Tickets(oneTicketKey('one'), clock);
    const ticket = tickets.issue({ feeds: [FEED], exp: null, first: 'a-1', user: null, session: null });
    expect(tickets.read(ticket)?.feeds).toEqual([FEED]);
    const [id = '', body = '', signature = ''] = ticket.split('.');
    const text = `${id}.${body}`;
    const other = Buffer.from(JSON.stringify({ ...tickets.read(ticket), feeds: ['x'], until: 9e15 })).toString(
      'base64url',
    );
    for (const wrong of [
      '',
      '.',
      text,
      `${id}.${other}.${signature}`,
      `2.${body}.${signature}`,
      `${body}.${signature}`,
      `${ticket}x`,
      `${text}.AAAA`,
      '🔥.🔥',
    ]) {
      expect(tickets.read(wrong)).toBeUndefined();
    }
    expect(new Tickets(oneTicketKey('two'), clock).read(ticket)).toBeUndefined();
  });
});

describe('a clock that was ahead and is set right (D6)', () => {
  it('does not end a ticket before its token, and a ticket has its own time still', () => {
    const clock = createManualClock();
    const tickets = new Tickets(oneTicketKey('one'), clock);
    clock.setBack(3_600_000);
    // The token was made by a machine whose clock is right, and ends in a minute.
    const exp = clock.wall() + 60_000;
    const ticket = tickets.issue({ feeds: [FEED], exp, first: 'a-1', user: 'u1', session: null });
    clock.advance(59_000);
    expect(tickets.read(ticket)?.user).toBe('u1');
    clock.advance(1_000);
    expect(tickets.read(ticket)).toBeUndefined();
    const untold = tickets.issue({ feeds: [FEED], exp: null, first: 'a-1', user: null, session: null });
    clock.advance(119_000);
    expect(tickets.read(untold)).toBeDefined();
    clock.advance(1_000);
    expect(tickets.read(untold)).toBeUndefined();
  });
});

describe('an access token', () => {
  it('that is not valid is refused with 4100', async () => {
    expect((await hello({ token: 'x.y.z' })).client.closed?.code).toBe(4100);
  });

  it('is asked for again 30 s before its end, and ends the connection when none comes', async () => {
    const { client, welcome } = await hello({ token: await tokenFor(60) });
    expect(welcome?.['exp']).toBe(world.clock.now() + 60_000);
    world.clock.advance(30_000);
    await until(() => expect(client.of('sys')[0]).toMatchObject({ kind: 'token-expiring' }));
    client.send({ op: 'refresh', id: 1, token: 'x' });
    await until(() => expect(client.of('err')[0]).toMatchObject({ id: 1, code: 109 }));
    client.send({ op: 'refresh', id: 2, token: await tokenFor(40) });
    await until(() => expect(client.of('ok')[0]).toMatchObject({ id: 2, exp: world.clock.now() + 40_000 }));
    for (let i = 0; i < 39; i += 1) {
      world.clock.advance(1_000);
      client.send({ op: 'pong' });
      await client.heard();
    }
    expect(client.closed).toBeUndefined();
    world.clock.advance(1_500);
    await until(() => expect(client.closed?.code).toBe(4103));
  });

  it('and its ticket end together', async () => {
    const { welcome } = await hello({ token: await tokenFor(20) });
    const { client } = await hello({ resume: welcome?.['resume'] });
    world.clock.advance(20_500);
    await until(() => expect(client.closed?.code).toBe(4103));
  });
});

describe('hist', () => {
  it('answers older events in order and says whether there are more', async () => {
    for (let i = 1; i <= 5; i += 1) world.store.append(FEED, { y: 'moment', d: fakeMoment({ id: `m${i}` }) });
    const { client, welcome } = await hello({});
    const { c } = (welcome?.['subs'] as Record<string, { c: number }> | undefined)?.[FEED] ?? { c: -1 };
    client.send({ op: 'hist', id: 1, c, limit: 2 }, { op: 'hist', id: 2, c, before: 3, limit: 10 });
    await until(() => expect(client.of('ok')).toHaveLength(2));
    expect(client.of('ok')).toMatchObject([
      { id: 1, events: [{ o: 4 }, { o: 5, d: { id: 'm5' } }], more: true },
      { id: 2, events: [{ o: 1 }, { o: 2 }], more: false },
    ]);
    client.send(...Array.from({ length: 5 }, (_, i) => ({ op: 'hist', id: 10 + i, c })));
    await until(() => expect(client.of('err')[0]).toMatchObject({ code: 151, retry: true }));
  });
});
