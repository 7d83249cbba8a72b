import type { Migration } from '../../ports/database.ts';

/**
 * `settings` is the table of the classic contract (S0-18): one row per setting, always what channel `default` has. The values here
 * are the classic defaults, written out because a migration never changes; a test compares them with the protocol.
 */
export const channelMigrations: readonly Migration[] = [
  {
    name: 'channels-001-tables',
    up: `
create table channels (
  name text primary key,
  created_at timestamptz not null default now()
);
create table channel_settings (
  channel text primary key references channels (name),
  version integer not null,
  "interval" integer not null,
  threshold double precision not null,
  allowed_emotes jsonb not null,
  updated_at timestamptz not null default now()
);
create table broadcasts (
  id text primary key,
  channel text not null references channels (name),
  title text not null,
  started_at timestamptz not null,
  ended_at timestamptz
);
create unique index idx_broadcasts_live on broadcasts (channel) where ended_at is null;
create table emote_aliases (
  channel text not null references channels (name),
  emote text not null,
  shown text not null,
  primary key (channel, emote)
);
create table settings (
  id serial primary key,
  setting_name varchar(50) unique not null,
  setting_value jsonb not null,
  updated_at timestamptz not null default now()
);
insert into channels (name) values ('default');
insert into settings (setting_name, setting_value) values
  ('analysis_interval', '30'),
  ('significance_threshold', '0.3'),
  ('allowed_emotes', '["😀", "😡", "😢", "😮", "❤️", "👍", "👎", "🔥"]');
`,
  },
  {
    name: 'channels-002-customized-and-broadcast-pages',
    // A version above 0 may be from a broadcast; what is known of older rows is whether they differ from the defaults.
    up: `
alter table channel_settings add column customized boolean not null default false;
update channel_settings set customized = true
where version > 0 and ("interval" <> 30 or threshold <> 0.3
  or allowed_emotes <> '["😀", "😡", "😢", "😮", "❤️", "👍", "👎", "🔥"]');
create index idx_broadcasts_page on broadcasts (channel, started_at desc, id desc);
`,
  },
  {
    name: 'channels-003-makers',
    // Who made the older ones is not known: they take no room of the owner's.
    up: `alter table channels add column by_owner boolean not null default false;`,
  },
  {
    name: 'channels-004-archived-and-deleted',
    // Versions of control records rise for ever under one name, and records that were written before the deletion make
    // no channel: so a name that was deleted is remembered.
    up: `
alter table channels add column archived_at timestamptz;
create table deleted_channels (
  name text primary key,
  version integer not null,
  deleted_at timestamptz not null
);
`,
  },
];
