import { analysisOf, DEFAULT_SETTINGS, partitionOf } from '@ovation/protocol';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createManualClock } from '../../../test/support/manual-clock.ts';
import { silentLogger } from '../../telemetry/logger.ts';
import { channelMigrations, type Channels, createChannels } from './index.ts';
import { createMemoryDatabase, type MemoryDatabase } from '../../../test/support/memory-database.ts';

const PARTITIONS = 4;
const clock = createManualClock(Date.UTC(2026, 0, 1));
const relayCalls: number[] = [];
const outbox = {
  relayed: (timeoutMs: number) => {
    relayCalls.push(timeoutMs);
    return Promise.resolve(true);
  },
};

const limits = { take: () => Promise.resolve(undefined) };
const clearFeed = () => Promise.resolve();

let database: MemoryDatabase;
let channels: Channels;
let seeded: [string, unknown][];
const another = () =>
  createChannels({
    database,
    outbox,
    clearFeed,
    limits,
    clock,
    logger: silentLogger(),
    activityPartitions: PARTITIONS,
  });

beforeAll(async () => {
  database = await createMemoryDatabase(channelMigrations);
  seeded = Object.entries(await settingsRows());
});
afterAll(() => database[Symbol.asyncDispose]());
beforeEach(async () => {
  await sql`truncate channels, channel_settings, broadcasts, emote_aliases restart identity`.execute(database.sql);
  await sql`insert into channels (name) values ('default'), ('alice'), ('bob'), ('carl'), ('other')`.execute(
    database.sql,
  );
  database.feedEntries.length = 0;
  database.outbox.length = 0;
  relayCalls.length = 0;
  channels = another();
});

async function settingsRows() {
  const answer = await sql<{ setting_name: string; setting_value: unknown }>`
    select setting_name, setting_value from settings order by id`.execute(database.sql);
  return Object.fromEntries(answer.rows.map((row) => [row.setting_name, row.setting_value]));
}

describe('the classic table settings', () => {
  it('holds the defaults on a fresh folder, before anybody asks (S0-18, S0-16, S0-02)', () => {
    expect(seeded).toEqual([
      ['analysis_interval', DEFAULT_SETTINGS.interval],
      ['significance_threshold', DEFAULT_SETTINGS.threshold],
      ['allowed_emotes', DEFAULT_SETTINGS.allowedEmotes],
    ]);
  });

  it('has the classic columns (S0-18, C2)', async () => {
    const answer = await sql<{ column_name: string; data_type: string; length: number | null }>`
      select column_name, data_type, character_maximum_length as length from information_schema.columns
      where table_name = 'settings' order by ordinal_position`.execute(database.sql);
    expect(answer.rows).toEqual([
      { column_name: 'id', data_type: 'integer', length: null },
      { column_name: 'setting_name', data_type: 'character varying', length: 50 },
      { column_name: 'setting_value', data_type: 'jsonb', length: null },
      { column_name: 'updated_at', data_type: 'timestamp with time zone', length: null },
    ]);
  });

  it('is upserted by changes of channel default and by no other (S0-40)', async () => {
    await channels.changeSettings('default', { interval: 50 });
    await channels.changeSettings('default', { interval: 60, threshold: 0.5, allowedEmotes: ['🔥'] });
    await channels.changeSettings('other', { interval: 7 });
    expect(await settingsRows()).toEqual({
      analysis_interval: 60,
      significance_threshold: 0.5,
      allowed_emotes: ['🔥'],
    });
  });
});

describe('settings', () => {
  it('are the defaults with version 0 until they are changed', async () => {
    expect(await channels.settings('nobody')).toEqual({ ...DEFAULT_SETTINGS, version: 0, customized: false });
  });

  it('survive a restart (S0-20)', async () => {
    await channels.changeSettings('default', { threshold: 0.45 });
    expect(await another().settings('default')).toEqual({
      ...DEFAULT_SETTINGS,
      threshold: 0.45,
      version: 1,
      customized: true,
    });
  });

  it('are customized once a person changed them, which a broadcast does not count as', async () => {
    await channels.startBroadcast('alice', 'Friday');
    expect(await channels.settings('alice')).toMatchObject({ version: 1, customized: false });
    await channels.changeSettings('alice', { interval: 10 });
    await channels.endBroadcast('alice');
    expect(await channels.settings('alice')).toMatchObject({ version: 3, customized: true });
    await channels.changeSettings('alice', { interval: 30 });
    expect(await another().settings('alice')).toMatchObject({ version: 4, customized: true });
  });

  it('reach the feed and the channel’s home partition in the transaction of the change', async () => {
    const settings = await channels.changeSettings('alice', { interval: 10 });
    expect(settings).toEqual({ ...DEFAULT_SETTINGS, interval: 10, version: 1, customized: true });
    expect(database.feedEntries).toMatchObject([
      { feed: 'channel:alice', key: 'settings:1', body: { y: 'settings', d: settings } },
    ]);
    expect(database.outbox).toEqual([
      {
        topic: 'activity',
        partition: partitionOf('alice', PARTITIONS),
        key: null,
        body: { k: 's', ch: 'alice', ver: 1, body: analysisOf(settings, null) },
      },
    ]);
    expect(relayCalls).toEqual([1000]);
    expect((await channels.find('alice'))?.name).toBe('alice');
  });

  it('get no new version when no value changes', async () => {
    await channels.changeSettings('default', { interval: 31 });
    const again = await channels.changeSettings('default', {
      interval: 31,
      allowedEmotes: DEFAULT_SETTINGS.allowedEmotes,
    });
    expect(again.version).toBe(1);
    expect(database.outbox).toHaveLength(1);
    expect(relayCalls).toHaveLength(1);
  });

  it('are refused when another version is in force than the one that was read', async () => {
    await channels.changeSettings('default', { interval: 31 }, { ifVersion: 0 });
    await expect(channels.changeSettings('default', { interval: 32 }, { ifVersion: 0 })).rejects.toMatchObject({
      code: 'version_conflict',
    });
    expect((await channels.settings('default')).interval).toBe(31);
  });

  it('are read again soon after another process changed them', async () => {
    expect((await channels.settings('default')).interval).toBe(30);
    await another().changeSettings('default', { interval: 99 });
    clock.advance(1000);
    expect((await channels.settings('default')).interval).toBe(99);
  });

  it('are asked for once when many ask together', async () => {
    const before = database.statements();
    await Promise.all(Array.from({ length: 100 }, () => channels.settings('default')));
    // Whether there is such a channel, and its settings.
    expect(database.statements() - before).toBe(2);
  });

  it('of names that nobody has cost one question together, and nothing that is kept (D5)', async () => {
    const before = database.statements();
    const invented = Array.from({ length: 600 }, (_, n) => `nobody-${n}`);
    await Promise.all(
      invented.flatMap((name) => [channels.settings(name), channels.aliases(name), channels.find(name)]),
    );
    expect(database.statements() - before).toBe(1);
    await channels.ensure('nobody-7', 'owner');
    expect(await channels.find('nobody-7')).toMatchObject({ name: 'nobody-7' });
  });

  it('keep the extremes of a double', async () => {
    await channels.changeSettings('default', { threshold: Number.MIN_VALUE });
    expect((await another().settings('default')).threshold).toBe(Number.MIN_VALUE);
    expect((await settingsRows())['significance_threshold']).toBe(Number.MIN_VALUE);
  });

  it('change one after the other when many change them at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => channels.changeSettings('default', { interval: 100 + index })),
    );
    expect(answers.map((answer) => answer.version).toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: 20 }, (_, index) => index + 1),
    );
  });
});

describe('a broadcast', () => {
  it('starts and ends, each with a feed entry and a control record of a higher version', async () => {
    await channels.changeSettings('default', { interval: 40 });
    const started = await channels.startBroadcast('default', 'Friday');
    expect((await channels.find('default'))?.live).toEqual(started);
    const ended = await channels.endBroadcast('default');
    expect(ended).toMatchObject({ id: started.id, title: 'Friday' });
    expect(ended?.endedAt).not.toBeNull();
    expect((await channels.find('default'))?.live).toBeNull();
    expect(database.feedEntries.slice(1).map((entry) => entry.body)).toEqual([
      { y: 'broadcast', d: started },
      { y: 'broadcast', d: ended },
    ]);
    expect(database.outbox.map((record) => record.body)).toMatchObject([
      { ver: 1, body: { broadcastId: null } },
      { ver: 2, body: { broadcastId: started.id, interval: 40 } },
      { ver: 3, body: { broadcastId: null, interval: 40 } },
    ]);
  });

  it('ends the one that is live when another starts', async () => {
    const first = await channels.startBroadcast('bob', 'one');
    const second = await channels.startBroadcast('bob', 'two');
    expect(database.feedEntries.map((entry) => entry.key)).toEqual([
      `broadcast:${first.id}:start`,
      `broadcast:${first.id}:end`,
      `broadcast:${second.id}:start`,
    ]);
    expect((await channels.find('bob'))?.live?.id).toBe(second.id);
  });

  it('stays in the control records of settings that change while it is live', async () => {
    const { id } = await channels.startBroadcast('default', '');
    await channels.changeSettings('default', { interval: 41 });
    expect(database.outbox.at(-1)?.body).toMatchObject({ ver: 2, body: { broadcastId: id, interval: 41 } });
  });

  it('starts once under one id, however often that is asked for', async () => {
    const first = await channels.startBroadcast('alice', 'Friday', { id: 'chosen' });
    expect(first).toMatchObject({ id: 'chosen', title: 'Friday' });
    await channels.endBroadcast('alice');
    clock.advance(1_000);
    const ended = await channels.broadcast('alice', 'chosen');
    expect(await channels.startBroadcast('alice', 'Friday', { id: 'chosen' })).toEqual(ended);
    expect((await channels.find('alice'))?.live).toBeNull();
    expect(database.feedEntries).toHaveLength(2);
  });

  it('are listed newest first, in pages, each of its own channel', async () => {
    for (const title of ['one', 'two', 'three']) {
      await channels.startBroadcast('alice', title);
      clock.advance(1_000);
    }
    const other = await channels.startBroadcast('bob', 'other');
    const [newest, middle] = await channels.broadcasts('alice', { limit: 2 });
    expect([newest?.title, newest?.endedAt, middle?.title]).toEqual(['three', null, 'two']);
    const rest = await channels.broadcasts('alice', { after: middle, limit: 2 });
    expect(rest.map(({ title }) => title)).toEqual(['one']);
    expect(await channels.broadcast('alice', other.id)).toBeUndefined();
    expect(await channels.broadcast('bob', other.id)).toEqual(other);
  });

  it('cannot end where none is live', async () => {
    expect(await channels.endBroadcast('default')).toBeUndefined();
    expect(await channels.endBroadcast('nobody')).toBeUndefined();
    expect(database.outbox).toEqual([]);
  });
});

describe('channels', () => {
  it('are made once and listed by name', async () => {
    await channels.ensure('zoe', 'owner');
    await channels.ensure('zoe', 'owner');
    await another().ensure('zoe', 'owner');
    await channels.ensure('adam', 'owner');
    expect((await channels.list()).map((channel) => channel.name)).toEqual([
      'adam',
      'alice',
      'bob',
      'carl',
      'default',
      'other',
      'zoe',
    ]);
  });

  it('are known without a question to the database once they were seen', async () => {
    await channels.ensure('zoe', 'owner');
    await channels.find('zoe');
    const before = database.statements();
    await channels.ensure('zoe', 'owner');
    expect(database.statements()).toBe(before);
  });

  it('are bounded', async () => {
    await sql`
      insert into channels (name, by_owner) select 'c' || n, true from generate_series(1, 10000) n`.execute(
      database.sql,
    );
    await channels.ensure('c1', 'owner');
    await expect(channels.ensure('one-more', 'owner')).rejects.toMatchObject({ code: 'too_many_channels' });
  });

  it('of everybody take no room of the owner’s (D4)', async () => {
    await sql`insert into channels (name) select 'c' || n from generate_series(1, 995) n`.execute(database.sql);
    const network = '192.0.2.7';
    await expect(channels.ensure('one-more', { network })).rejects.toMatchObject({ code: 'too_many_channels' });
    await channels.ensure('c1', { network });
    await channels.ensure('one-more', 'owner');
    expect((await channels.find('one-more'))?.name).toBe('one-more');
  });

  it('are made by one network up to its limit (D4)', async () => {
    const asked: string[] = [];
    const refusing = createChannels({
      database,
      outbox,
      clearFeed,
      clock,
      logger: silentLogger(),
      activityPartitions: PARTITIONS,
      limits: {
        take: (policy, subject) => {
          asked.push(`${policy.name} ${subject}`);
          return Promise.resolve({ allowed: false, policy, remaining: 0, retryAfterS: 1, resetAtS: 1 });
        },
      },
    });
    await expect(refusing.ensure('zoe', { network: '192.0.2.7' })).rejects.toMatchObject({
      code: 'too_many_new_channels',
    });
    await refusing.ensure('adam', 'owner');
    expect(asked).toEqual(['new-channels 192.0.2.7']);
  });

  it('are not made by a change that names one', async () => {
    const unknown = { code: 'unknown_channel' };
    await expect(channels.changeSettings('zoe', { interval: 1 })).rejects.toMatchObject(unknown);
    await expect(channels.startBroadcast('zoe', '')).rejects.toMatchObject(unknown);
    await expect(channels.rememberAliases('zoe', new Map([['twitch:1', 'a']]))).rejects.toMatchObject(unknown);
    expect(await channels.find('zoe')).toBeUndefined();
  });

  it('have names that fit into addresses and keys', async () => {
    for (const name of ['', ' ', 'a b', '.hidden', 'ü', 'a'.repeat(65), 'nul\u0000', '\ud800']) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other tells which name it was
      await expect(channels.ensure(name, 'owner')).rejects.toMatchObject({ code: 'wrong_name' });
      // oxlint-disable-next-line no-await-in-loop
      expect(await channels.find(name)).toBeUndefined();
    }
  });
});

describe('aliases', () => {
  it('are remembered and renamed', async () => {
    await channels.rememberAliases('carl', new Map([['twitch:25', 'Kappa']]));
    await channels.rememberAliases('carl', new Map([['twitch:25', 'Kappa2']]));
    expect([...(await channels.aliases('carl'))]).toEqual([['twitch:25', 'Kappa2']]);
    expect([...(await channels.aliases('default'))]).toEqual([]);
  });

  it('cost no statement when they are known', async () => {
    await channels.rememberAliases('carl', new Map([['twitch:25', 'Kappa']]));
    await channels.aliases('carl');
    const before = database.statements();
    await channels.rememberAliases('carl', new Map([['twitch:25', 'Kappa']]));
    expect(database.statements()).toBe(before);
  });

  it('are bounded: what fits is kept and the rest is named', async () => {
    const many = new Map(Array.from({ length: 1999 }, (_, index) => [`twitch:${index}`, `n${index}`]));
    await channels.rememberAliases('carl', many);
    const two = new Map([
      ['7tv:a', 'A'],
      ['7tv:b', 'B'],
    ]);
    await expect(channels.rememberAliases('carl', two)).rejects.toMatchObject({ code: 'too_many_aliases' });
    expect((await channels.aliases('carl')).size).toBe(2000);
    await channels.rememberAliases('carl', new Map([['twitch:0', 'renamed']]));
    expect((await channels.aliases('carl')).get('twitch:0')).toBe('renamed');
  });

  it('and allowed emotes of an older version do no harm (D1)', async () => {
    await channels.ensure('carl', 'owner');
    await sql`insert into emote_aliases (channel, emote, shown) values
      ('carl', 'twitch:9', '<3'), ('carl', 'twitch:1', ${'\u202Eevil'}), ('carl', 'twitch:2', ${'\u200B'})`.execute(
      database.sql,
    );
    expect([...(await channels.aliases('carl'))]).toEqual([
      ['twitch:9', '＜3'],
      ['twitch:1', 'evil'],
    ]);
    await channels.changeSettings('carl', { interval: 7 });
    await sql`update channel_settings set allowed_emotes = '["🔥", "unicode:0", "<b>"]' where channel = 'carl'`.execute(
      database.sql,
    );
    clock.advance(60_000);
    expect((await channels.settings('carl')).allowedEmotes).toEqual(['🔥']);
  });

  it('have at most 64 characters', async () => {
    await expect(channels.rememberAliases('carl', new Map([['twitch:1', 'x'.repeat(65)]]))).rejects.toMatchObject({
      code: 'wrong_alias',
    });
  });
});
