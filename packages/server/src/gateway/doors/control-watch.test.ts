import { oneTicketKey } from '../../../test/support/gateway/one-ticket-key.ts';
import { channelFeed, type Revocation } from '@ovation/protocol';
import { SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { fakeMoment } from '../../../test/support/fake-moment.ts';
import { SECRET, startWorld, until, type World, type WorldChanges } from '../../../test/support/gateway/door-fakes.ts';
import { settle } from '../../../test/support/gateway/feed-fakes.ts';

const FEED = channelFeed('demo');
const KEYS = oneTicketKey('the same on all gateways');

function tokenOf(world: World, user: string, claims: object = {}, seconds = 3_600): Promise<string> {
  const exp = Math.floor(world.clock.now() / 1000) + seconds;
  const jwt = new SignJWT({ id: user, role: 'viewer', ...claims }).setProtectedHeader({ alg: 'HS256' });
  return jwt.setExpirationTime(exp).sign(new TextEncoder().encode(SECRET));
}

async function hello(world: World, fields: object) {
  const client = await world.open('/ws', ['ovation.v1']).opened();
  client.send({ op: 'hello', subs: [{ ch: FEED }], ...fields });
  await until(() => expect(client.closed ?? client.of('welcome')[0]).toBeDefined());
  return { client, welcome: client.of('welcome')[0] };
}

function start(changes: WorldChanges = {}): Promise<World> {
  return startWorld('token', { ticketKeys: KEYS, ...changes });
}

const ban = (id: string, kind: 'user' | 'session' | 'ticket' = 'user', endsAt: number | null = null) =>
  ({ y: 'revoked', d: { kind, id, until: endsAt } }) as const;

describe('a gateway', () => {
  it('follows system:control from its start, before any client', async () => {
    await using world = await start();
    await until(() => expect(world.bus.subscribers('feed:system:control')).toBe(1));
    expect(world.gateway.connections()).toBe(0);
  });

  it('closes the open sockets of a banned user with 4105, and nobody else', async () => {
    await using world = await start();
    const [one, again, other, nobody] = await Promise.all([
      hello(world, { token: await tokenOf(world, 'u1') }),
      hello(world, { token: await tokenOf(world, 'u1') }),
      hello(world, { token: await tokenOf(world, 'u2') }),
      hello(world, {}),
    ]);
    world.announce(ban('u1'));
    await until(() => expect([one.client.closed?.code, again.client.closed?.code]).toEqual([4105, 4105]));
    await Promise.all([other.client.heard(), nobody.client.heard()]);
    expect([other.client.closed, nobody.client.closed]).toEqual([undefined, undefined]);
  });

  it('refuses ticket and token of a banned user at once, until they are restored or the ban is over', async () => {
    await using world = await start();
    const token = await tokenOf(world, 'u1');
    const { welcome } = await hello(world, { token });
    const resume = welcome?.['resume'];
    world.announce(ban('u1'));
    expect((await hello(world, { resume })).client.closed?.code).toBe(4105);
    expect((await hello(world, { token })).client.closed?.code).toBe(4105);
    expect((await hello(world, { token, resume })).client.closed?.code).toBe(4105);
    world.announce({ y: 'restored', d: { kind: 'user', id: 'u1' } });
    expect((await hello(world, { resume })).welcome).toBeDefined();
    world.announce(ban('u1', 'user', world.clock.now() + 60_000));
    expect((await hello(world, { token })).client.closed?.code).toBe(4105);
    world.clock.advance(60_000);
    expect((await hello(world, { token })).welcome).toBeDefined();
  });

  it('ends one session with 4100, and one ticket with all that follow from it', async () => {
    await using world = await start();
    const first = await hello(world, { token: await tokenOf(world, 'u1', { sid: 's1' }) });
    const second = await hello(world, { token: await tokenOf(world, 'u1', { jti: 's2' }) });
    const guest = await hello(world, {});
    const back = await hello(world, { resume: guest.welcome?.['resume'] });
    world.announce(ban('s2', 'session'));
    await until(() => expect(second.client.closed?.code).toBe(4100));
    world.announce(ban(String(guest.welcome?.['conn']), 'ticket'));
    await until(() => expect([guest.client.closed?.code, back.client.closed?.code]).toEqual([4105, 4105]));
    expect((await hello(world, { resume: back.welcome?.['resume'] })).client.closed?.code).toBe(4105);
    await first.client.heard();
    expect(first.client.closed).toBeUndefined();
  });

  it('refuses a fresh token of somebody who was banned meanwhile', async () => {
    await using world = await start();
    const { client } = await hello(world, {});
    world.announce(ban('u1'));
    client.send({ op: 'refresh', id: 1, token: await tokenOf(world, 'u1') });
    await until(() => expect(client.of('err')[0]).toMatchObject({ id: 1, code: 109 }));
  });

  it('does not let the token of somebody who was banned carry a connection beyond the end of its own', async () => {
    await using world = await start();
    const short = await tokenOf(world, 'u2', {}, 60);
    const { client } = await hello(world, { token: short });
    world.announce(ban('u1'));
    client.send({ op: 'refresh', id: 1, token: await tokenOf(world, 'u1') });
    await until(() => expect(client.of('err')[0]).toMatchObject({ id: 1, code: 109 }));
    for (let second = 0; second < 60; second += 5) {
      client.send({ op: 'pong' });
      await client.heard();
      world.clock.advance(5_000);
    }
    await until(() => expect(client.closed?.code).toBe(4103));
  });

  it('closes the classic socket of a banned user with 1008', async () => {
    await using world = await start();
    const token = await tokenOf(world, 'u1');
    const client = await world.open(`/?token=${token}`).opened();
    await until(() => expect(client.texts).toHaveLength(1));
    world.announce(ban('u1'));
    await until(() => expect(client.closed).toEqual({ code: 1008, reason: 'Unauthorized' }));
    const late = await world.open(`/?token=${token}`).opened();
    await until(() => expect(late.closed?.code).toBe(1008));
  });

  it('knows of bans from before its start, and hears those that neither bus nor log brought', async () => {
    await using world = await start();
    await until(() => expect(world.bus.subscribers('feed:system:control')).toBe(1));
    await settle();
    const { client } = await hello(world, { token: await tokenOf(world, 'u1') });
    world.eventLog.isDead = true;
    world.eventLog.wake();
    await settle();
    world.store.append('system:control', ban('u1'));
    await until(() => {
      world.clock.advance(700);
      expect(client.closed?.code).toBe(4105);
    });
    world.revocations.push({ kind: 'user', id: 'u2', until: null });
    await using other = await start({
      control: { revocations: async () => world.revocations },
    });
    expect((await hello(other, { token: await tokenOf(other, 'u2') })).client.closed?.code).toBe(4105);
  });

  it('knows the newest list after two gaps, whichever is answered first', async () => {
    const asked: PromiseWithResolvers<Revocation[]>[] = [];
    const revocations = () => {
      const question = Promise.withResolvers<Revocation[]>();
      asked.push(question);
      return question.promise;
    };
    await using world = await start({ control: { revocations } });
    await until(() => expect(asked).toHaveLength(1));
    for (const epoch of ['test.2', 'test.3']) {
      const before = world.store.epoch;
      world.store.rollBack(0, epoch);
      world.announce({ y: 'epoch', d: { epoch, before } });
      await until(() => expect(asked.length).toBe(epoch === 'test.2' ? 2 : 3));
    }
    const u1 = { kind: 'user', id: 'u1', until: null } as const;
    asked[1]?.resolve([u1]);
    asked[2]?.resolve([u1]);
    // Read before u1 was banned, and late.
    asked[0]?.resolve([]);
    await settle();
    expect((await hello(world, { token: await tokenOf(world, 'u1') })).client.closed?.code).toBe(4105);
    expect((await hello(world, { token: await tokenOf(world, 'u2') })).welcome).toBeDefined();
  });

  it('lets nobody with a ticket in while it cannot know who is banned; guests may come', async () => {
    await using world = await start();
    const { welcome } = await hello(world, {});
    const control = { revocations: () => Promise.reject(new Error('down')) };
    await using other = await start({ control });
    expect((await hello(other, {})).welcome).toBeDefined();
    const client = await other.open('/ws', ['ovation.v1']).opened();
    client.send({ op: 'hello', subs: [{ ch: FEED }], resume: welcome?.['resume'] });
    await until(() => {
      other.clock.advance(1_000);
      expect(client.closed?.code).toBe(1012);
    });
  });
});

/** Whether a viewer who is banned while the gateway runs stays out, with a ticket from before. */
async function keepsOut(special: WorldChanges): Promise<boolean> {
  await using world = await start(special);
  const { welcome } = await hello(world, { token: await tokenOf(world, 'u1') });
  world.announce(ban('u1'));
  return (await hello(world, { resume: welcome?.['resume'] })).client.closed?.code === 4105;
}

it('a banned user stays out', async () => {
  expect(await keepsOut({})).toBe(true);
});

describe('another epoch', () => {
  it('gives open sockets a gap, and a snapshot at the new position when they ask; none reconnects', async () => {
    await using world = await start();
    const { client, welcome } = await hello(world, {});
    const { c } = (welcome?.['subs'] as Record<string, { c: number }> | undefined)?.[FEED] ?? { c: -1 };
    for (const id of ['a', 'b']) world.emit('demo', { y: 'moment', d: fakeMoment({ id }) });
    await until(() => expect(client.of('ev')).toHaveLength(2));
    const before = world.store.epoch;
    world.store.rollBack(1, 'test.2');
    world.announce({ y: 'epoch', d: { epoch: 'test.2', before } });
    await until(() => expect(client.of('gap')).toEqual([{ k: 'gap', c, pos: { e: 'test.2', o: 1 } }]));
    world.emit('demo', { y: 'moment', d: fakeMoment({ id: 'another b' }) });
    await until(() => expect(client.of('ev')).toHaveLength(3));
    client.send({ op: 'sub', id: 1, ch: FEED, since: { e: before, o: 2 } });
    await until(() => expect(client.of('ok')).toMatchObject([{ id: 1, sub: { e: 'test.2', o: 2, recovered: false } }]));
    client.send({ op: 'sub', id: 2, ch: FEED, since: { e: 'test.2', o: 1 } });
    await until(() =>
      expect(client.of('ok')[1]).toMatchObject({
        sub: { recovered: true, events: [{ o: 2, d: { id: 'another b' } }] },
      }),
    );
    expect(client.closed).toBeUndefined();
  });

  it('is looked for in the log when an entry comes that the primary does not know', async () => {
    await using world = await start();
    await hello(world, {});
    world.bus.publish(`feed:${FEED}`, { feed: FEED, epoch: world.store.epoch, seq: 3, body: {} });
    await until(() => {
      world.clock.advance(100);
      expect(world.store.unknownMet).toBe(1);
    });
  });
});

describe('a deleted entry', () => {
  it('is taken back from those who are here, and a tombstone for those who come back or ask', async () => {
    await using world = await start();
    const { client, welcome } = await hello(world, {});
    const { c, e } = (welcome?.['subs'] as Record<string, { c: number; e: string }> | undefined)?.[FEED] ?? {
      c: -1,
      e: '',
    };
    for (const id of ['a', 'secret', 'c']) world.emit('demo', { y: 'moment', d: fakeMoment({ id }) });
    await until(() => expect(client.of('ev')).toHaveLength(3));
    world.bus.publish(`feed:${FEED}`, world.store.redact(FEED, 2));
    await until(() => expect(client.of('ev')[3]).toMatchObject({ o: 4, y: 'del', d: { seq: 2 } }));
    const back = await hello(world, { subs: [{ ch: FEED, since: { e, o: 0 } }] });
    expect(back.welcome).toMatchObject({
      subs: { [FEED]: { recovered: true, events: [{ o: 1 }, { o: 2, y: 'tombstone' }, { o: 3 }, { o: 4, y: 'del' }] } },
    });
    client.send({ op: 'hist', id: 9, c, limit: 10 });
    await until(() => expect(client.of('ok')[0]).toMatchObject({ events: [{}, { o: 2, y: 'tombstone' }, {}, {}] }));
    expect(JSON.stringify([back.client.texts, client.of('ok')])).not.toContain('secret');
  });
});
