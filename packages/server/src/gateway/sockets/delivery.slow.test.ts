import type { FeedReader } from '../../live-feeds/gap-filler.ts';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { channelFeed, feedSubject, topicSpecs, TOPICS } from '@ovation/protocol';
import { SignJWT } from 'jose';
import { expect, it, onTestFinished } from 'vitest';
import { createInProcessLiveBus } from '../../adapters/in-process/live-bus.ts';
import { openLmdbEventLog } from '../../adapters/lmdb/event-log.ts';
import { openPgliteDatabase } from '../../adapters/pglite/database.ts';
import { controlMigrations, createControl } from '../../modules/revocations/index.ts';
import { createFeeds, createRelay, feedMigrations } from '../../modules/feeds/index.ts';
import { createManualClock } from '../../../test/support/manual-clock.ts';
import { publishEntries } from '../../live-feeds/publish.ts';
import { silentLogger } from '../../telemetry/logger.ts';
import { fakeMoment } from '../../../test/support/fake-moment.ts';
import { SECRET, startWorld, until } from '../../../test/support/gateway/door-fakes.ts';

const FEED = channelFeed('demo');
const logger = silentLogger();

/** A gateway whose feeds, control, bus, log and database are the real ones. */
async function start() {
  const folder = await mkdtemp(join(tmpdir(), 'ovation-delivery-'));
  const clock = createManualClock(Date.now());
  const eventLog = await openLmdbEventLog({ folder, clock, logger });
  for (const spec of topicSpecs('embedded')) await eventLog.createTopic(spec);
  const migrations = [...feedMigrations, ...controlMigrations];
  const database = await openPgliteDatabase({ folder: 'memory://', migrations, clock, logger });
  const bus = createInProcessLiveBus({ logger });
  publishEntries(database, bus);
  const feeds = createFeeds({ database });
  const control = createControl({ database, eventLog, feeds, clock, logger, bus });
  await control.start();
  const relay = createRelay({ database, eventLog, clock, logger, owner: 'test' });
  relay.start();
  const read = Object.create(feeds, { metUnknown: { value: () => void control.checkTimeline() } }) as FeedReader;
  const world = await startWorld('open', { eventLog, bus, clock, feeds: read, control });
  onTestFinished(async () => {
    await world[Symbol.asyncDispose]();
    control[Symbol.dispose]();
    await relay[Symbol.asyncDispose]();
    await database[Symbol.asyncDispose]();
    await eventLog[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });
  const emit = (id: string) =>
    database.unitOfWork(async (uow) =>
      uow.appendFeed({ feed: FEED, key: id, body: { y: 'moment', d: fakeMoment({ id }) } }),
    );
  const hello = async (fields: object = {}) => {
    const client = await world.open('/ws', ['ovation.v1']).opened();
    client.send({ op: 'hello', subs: [{ ch: FEED }], ...fields });
    await until(() => expect(client.closed ?? client.of('welcome')[0]).toBeDefined());
    return { client, welcome: client.of('welcome')[0] };
  };
  return { bus, clock, control, database, emit, eventLog, feeds, hello };
}

it('over the real parts a new epoch, a deletion and a ban reach who is here, in their turn', async () => {
  const { clock, control, database, emit, feeds, hello } = await start();
  const { client } = await hello();
  const [before] = [database.epoch];
  await emit('a');
  await emit('secret');
  await until(() => expect(client.of('ev')).toHaveLength(2));
  await database.unitOfWork((uow) => feeds.redact(uow, { feed: FEED, key: 'secret' }, clock.now()));
  await until(() => expect(client.of('ev')[2]).toMatchObject({ o: 3, y: 'del', d: { seq: 2 } }));
  const resumed = await hello({ subs: [{ ch: FEED, since: { e: before, o: 0 } }] });
  expect(resumed.welcome).toMatchObject({
    subs: { [FEED]: { recovered: true, events: [{ d: { id: 'a' } }, { y: 'tombstone' }, { y: 'del' }] } },
  });
  expect(resumed.client.texts.join()).not.toContain('secret');

  const epoch = await control.renewEpoch();
  await until(() => expect(client.of('gap')).toMatchObject([{ pos: { e: epoch, o: 3 } }]));
  await emit('b');
  await until(() => expect(client.of('ev')).toHaveLength(4));
  client.send({ op: 'sub', id: 1, ch: FEED, since: { e: before, o: 3 } });
  await until(() => expect(client.of('ok')).toMatchObject([{ sub: { e: epoch, o: 4, recovered: false } }]));

  const jwt = new SignJWT({ id: 'u1', role: 'viewer' }).setProtectedHeader({ alg: 'HS256' });
  const exp = Math.floor(clock.now() / 1000) + 3_600;
  const token = await jwt.setExpirationTime(exp).sign(new TextEncoder().encode(SECRET));
  const member = await hello({ token });
  await control.revoke({ kind: 'user', id: 'u1', until: null });
  await until(() => expect(member.client.closed?.code).toBe(4105));
  expect((await hello({ resume: member.welcome?.['resume'] })).client.closed?.code).toBe(4105);
  await client.heard();
  expect(client.closed).toBeUndefined();
});

it('an entry in the log that the primary has lost begins a new epoch while clients are connected', async () => {
  const { bus, clock, database, emit, eventLog, hello } = await start();
  const { client } = await hello();
  await emit('a');
  await until(() => expect(client.of('ev')).toHaveLength(1));
  const before = database.epoch;
  // What a failover to a server that lags behind leaves: the log has it, the primary never will.
  const lost = { feed: FEED, epoch: before, seq: 4, body: { y: 'moment', d: fakeMoment({ id: 'lost' }) } };
  await eventLog.append(TOPICS.feeds, [{ key: FEED, value: JSON.stringify(lost) }]);
  bus.publish(feedSubject(FEED), lost);
  await until(() => {
    clock.advance(100);
    expect(database.epoch).not.toBe(before);
  });
  await until(() => expect(client.of('gap').at(-1)).toMatchObject({ pos: { e: database.epoch, o: 1 } }));
  await emit('b');
  await until(() => expect(client.of('ev').at(-1)).toMatchObject({ o: 2, d: { id: 'b' } }));
  expect(client.texts.join()).not.toContain('"lost"');
});
