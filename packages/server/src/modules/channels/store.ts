import {
  type Broadcast,
  type Channel,
  type ChannelSettings,
  DEFAULT_SETTINGS,
  emoteKey,
  emoteNameFrom,
  type Settings,
} from '@ovation/protocol';
import { type Kysely, type Selectable, sql } from 'kysely';
import type { NoTables } from '../../ports/database.ts';
import { CHANNELS_MAX, OPEN_CHANNELS_MAX } from './limits.ts';
import { archivedChannel, ChannelProblem, unknownChannel } from './problems.ts';

// A type and not an interface: only a type is assignable to the index signature that Kysely asks for.
// oxlint-disable-next-line typescript/consistent-type-definitions
type ChannelTables = {
  channels: { name: string; created_at: Date; by_owner: boolean; archived_at: Date | null };
  deleted_channels: { name: string; version: number; deleted_at: Date };
  channel_settings: {
    channel: string;
    version: number;
    interval: number;
    threshold: number;
    allowed_emotes: string[];
    updated_at: Date;
    customized: boolean;
  };
  broadcasts: { id: string; channel: string; title: string; started_at: Date; ended_at: Date | null };
  emote_aliases: { channel: string; emote: string; shown: string };
  settings: { id: number; setting_name: string; setting_value: unknown; updated_at: Date };
};

/** A place in the list of broadcasts; neither of the two ever changes. */
export type BroadcastPlace = Pick<Broadcast, 'startedAt' | 'id'>;

/** A handle on the database or on a transaction. */
export type Sql = Kysely<NoTables>;

function tables(db: Sql): Kysely<ChannelTables> {
  return db.withTables<ChannelTables>();
}

/**
 * Creates the channel unless it is there. The owner's and everybody else's are counted apart.
 * @returns whether it was created
 */
export async function insertChannel(db: Sql, name: string, isOwners: boolean): Promise<boolean> {
  const most = isOwners ? CHANNELS_MAX : OPEN_CHANNELS_MAX;
  // Two that count at once would both find the last place free.
  await sql`select pg_advisory_xact_lock(hashtext('channels'))`.execute(db);
  const inserted = await sql`
    insert into channels (name, by_owner)
    select ${name}::text, ${isOwners}::boolean
    where (select count(*) from channels where by_owner = ${isOwners}::boolean) < ${most}::int
    on conflict do nothing returning name`.execute(db);
  if (inserted.rows.length > 0) return true;
  if (await isChannel(db, name)) return false;
  const whose = isOwners ? 'channels' : 'channels that were made without a token';
  throw new ChannelProblem('too_many_channels', `There are already ${most} ${whose}, the most there can be`);
}

async function isChannel(db: Sql, name: string): Promise<boolean> {
  const found = await tables(db).selectFrom('channels').select('name').where('name', '=', name).executeTakeFirst();
  return found !== undefined;
}

export async function selectIsOwners(db: Sql, name: string): Promise<boolean> {
  const row = await tables(db).selectFrom('channels').select('by_owner').where('name', '=', name).executeTakeFirst();
  return row?.by_owner === true;
}

export async function selectChannels(db: Sql, name?: string): Promise<Channel[]> {
  const query = tables(db)
    .selectFrom('channels')
    .leftJoin('broadcasts', (join) =>
      join.onRef('broadcasts.channel', '=', 'channels.name').on('broadcasts.ended_at', 'is', null),
    )
    .select(['channels.name', 'channels.created_at', 'channels.archived_at'])
    .select(['broadcasts.id', 'broadcasts.title', 'broadcasts.started_at'])
    .orderBy('channels.name');
  const rows = await (name === undefined ? query : query.where('channels.name', '=', name)).execute();
  return rows.map((row) => ({
    name: row.name,
    createdAt: row.created_at.toISOString(),
    live:
      row.id === null
        ? null
        : {
            id: row.id,
            channel: row.name,
            title: row.title ?? '',
            startedAt: (row.started_at ?? row.created_at).toISOString(),
            endedAt: null,
          },
    ...(row.archived_at && { archivedAt: row.archived_at.toISOString() }),
  }));
}

/** @returns the name, where it was deleted before */
export async function selectDeleted(
  db: Sql,
  name: string,
): Promise<{ version: number; deletedAt: number } | undefined> {
  const row = await tables(db).selectFrom('deleted_channels').selectAll().where('name', '=', name).executeTakeFirst();
  return row && { version: row.version, deletedAt: row.deleted_at.getTime() };
}

/** Removes everything that this module knows of a channel, and remembers that there was one. */
export async function deleteRows(
  db: Sql,
  name: string,
  { at, version }: { at: string; version: number },
): Promise<void> {
  await tables(db).deleteFrom('broadcasts').where('channel', '=', name).execute();
  await tables(db).deleteFrom('emote_aliases').where('channel', '=', name).execute();
  await tables(db).deleteFrom('channel_settings').where('channel', '=', name).execute();
  await tables(db).deleteFrom('channels').where('name', '=', name).execute();
  await sql`
    insert into deleted_channels (name, version, deleted_at) values (${name}, ${version}, ${at}::timestamptz)
    on conflict (name) do update set version = excluded.version, deleted_at = excluded.deleted_at`.execute(db);
}

/** @param at undefined: not archived @returns whether that changed anything */
export async function updateArchived(db: Sql, name: string, at: string | undefined): Promise<boolean> {
  const { rows } = await sql`
    update channels set archived_at = ${at ?? null}::timestamptz
    where name = ${name} and (archived_at is null) = ${at !== undefined}::boolean returning name`.execute(db);
  return rows.length > 0;
}

/** Those of the names that are channels. */
export async function selectNames(db: Sql, names: readonly string[]): Promise<string[]> {
  // One parameter and not one per name: hundreds may be asked for at once.
  const wanted = sql<string>`(select jsonb_array_elements_text(${JSON.stringify(names)}::jsonb))`;
  const rows = await tables(db).selectFrom('channels').select('name').where('name', 'in', wanted).execute();
  return rows.map(({ name }) => name);
}

export async function selectSettings(db: Sql, channel: string): Promise<ChannelSettings> {
  const row = await tables(db)
    .selectFrom('channel_settings')
    .selectAll()
    .where('channel', '=', channel)
    .executeTakeFirst();
  return row ? settingsOf(row) : { ...structuredClone(DEFAULT_SETTINGS), version: 0, customized: false };
}

/** The settings row, made when missing, locked until the end of the transaction. Everything that raises a version goes through here. */
export async function lockSettings(db: Sql, channel: string): Promise<ChannelSettings> {
  await sql`
    insert into channel_settings (channel, version, "interval", threshold, allowed_emotes)
    values (${channel}, 0, ${DEFAULT_SETTINGS.interval}, ${DEFAULT_SETTINGS.threshold}, ${json(DEFAULT_SETTINGS.allowedEmotes)})
    on conflict do nothing`.execute(db);
  const row = await tables(db)
    .selectFrom('channel_settings')
    .selectAll()
    .where('channel', '=', channel)
    .forUpdate()
    .executeTakeFirstOrThrow();
  return settingsOf(row);
}

export async function updateSettings(db: Sql, channel: string, next: ChannelSettings): Promise<void> {
  await sql`
    update channel_settings
    set version = ${next.version}, "interval" = ${next.interval}, threshold = ${next.threshold},
        allowed_emotes = ${json(next.allowedEmotes)}, customized = ${next.customized === true}, updated_at = now()
    where channel = ${channel}`.execute(db);
}

/** The classic rows (S0-18, S0-40). Names in a fixed order, so that two writers never wait for each other in a ring. */
export async function mirrorSettings(db: Sql, settings: Settings): Promise<void> {
  await sql`
    insert into settings (setting_name, setting_value, updated_at) values
      ('allowed_emotes', ${json(settings.allowedEmotes)}, now()),
      ('analysis_interval', ${json(settings.interval)}, now()),
      ('significance_threshold', ${json(settings.threshold)}, now())
    on conflict (setting_name) do update set setting_value = excluded.setting_value, updated_at = excluded.updated_at`.execute(
    db,
  );
}

export async function selectLiveBroadcast(db: Sql, channel: string): Promise<Broadcast | undefined> {
  const row = await tables(db)
    .selectFrom('broadcasts')
    .selectAll()
    .where('channel', '=', channel)
    .where('ended_at', 'is', null)
    .executeTakeFirst();
  return row && broadcastOf(row);
}

export async function selectBroadcast(db: Sql, id: string): Promise<Broadcast | undefined> {
  const row = await tables(db).selectFrom('broadcasts').selectAll().where('id', '=', id).executeTakeFirst();
  return row && broadcastOf(row);
}

/** Newest first, from the given place on. */
export async function selectBroadcasts(
  db: Sql,
  channel: string,
  { after, limit }: { after?: BroadcastPlace | undefined; limit: number },
): Promise<Broadcast[]> {
  const query = tables(db)
    .selectFrom('broadcasts')
    .selectAll()
    .where('channel', '=', channel)
    .orderBy('started_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit);
  const page = after
    ? query.where(sql<boolean>`(started_at, id) < (${after.startedAt}::timestamptz, ${after.id}::text)`)
    : query;
  return (await page.execute()).map(broadcastOf);
}

export async function insertBroadcast(db: Sql, broadcast: Broadcast): Promise<void> {
  await sql`
    insert into broadcasts (id, channel, title, started_at)
    values (${broadcast.id}, ${broadcast.channel}, ${broadcast.title}, ${broadcast.startedAt}::timestamptz)`.execute(
    db,
  );
}

export async function updateBroadcastEnd(db: Sql, id: string, endedAt: string): Promise<void> {
  await sql`update broadcasts set ended_at = ${endedAt}::timestamptz where id = ${id}`.execute(db);
}

export async function selectAliases(db: Sql, channel: string): Promise<Map<string, string>> {
  const rows = await tables(db)
    .selectFrom('emote_aliases')
    .select(['emote', 'shown'])
    .where('channel', '=', channel)
    .execute();
  // Older versions took names that can do harm where they are shown.
  return new Map(
    rows.flatMap(({ emote, shown }) => {
      const name = emoteNameFrom(shown);
      return name === undefined ? [] : [[emote, name] as const];
    }),
  );
}

export async function upsertAliases(
  db: Sql,
  channel: string,
  aliases: readonly (readonly [string, string])[],
): Promise<void> {
  // One JSON parameter and not one per alias: a batch may bring a thousand.
  await sql`
    insert into emote_aliases (channel, emote, shown)
    select ${channel}::text, pair ->> 0, pair ->> 1 from jsonb_array_elements(${json(aliases)}) as pair
    on conflict (channel, emote) do update set shown = excluded.shown`.execute(db);
}

/** @throws ChannelProblem `channel_archived` */
export async function requireOpen(db: Sql, name: string): Promise<void> {
  const row = await tables(db).selectFrom('channels').select('archived_at').where('name', '=', name).executeTakeFirst();
  if (row?.archived_at) throw archivedChannel(name);
}

/** @throws ChannelProblem `unknown_channel` */
export async function lockChannel(db: Sql, name: string): Promise<void> {
  const { rows } = await sql`select name from channels where name = ${name} for no key update`.execute(db);
  if (rows.length === 0) throw unknownChannel(name);
}

function settingsOf(row: Selectable<ChannelTables['channel_settings']>): ChannelSettings {
  const { customized, interval, threshold, version } = row;
  // Older versions took keys that are no emotes; the schema of the answers knows them no more.
  const known = row.allowed_emotes.filter((emote) => emoteKey(emote) !== undefined);
  const allowedEmotes = known.length > 0 ? known : [...DEFAULT_SETTINGS.allowedEmotes];
  return { interval, threshold, allowedEmotes, version, customized };
}

function broadcastOf(row: Selectable<ChannelTables['broadcasts']>): Broadcast {
  const { channel, id, title } = row;
  return { id, channel, title, startedAt: row.started_at.toISOString(), endedAt: row.ended_at?.toISOString() ?? null };
}

function json(value: unknown) {
  return sql`${JSON.stringify(value)}::jsonb`;
}
