import type { Migration } from '../../ports/database.ts';
import { monthsMigration } from './months-migration.ts';

export const momentMigrations: readonly Migration[] = [
  {
    name: 'moments-001-moments-and-analyzer',
    // The classic columns and index names (S0-19) come first; the rest is ours. `emote` is as shown, and wide:
    // ruling C3.
    up: `
      create table significant_moments (
        id varchar(64) primary key,
        emote varchar(128) not null,
        "timestamp" timestamptz not null,
        count integer not null,
        total integer not null,
        ratio decimal(5,4) not null,
        created_at timestamptz not null default now(),
        channel varchar(64) not null,
        rev integer not null,
        body jsonb not null
      );
      create index idx_moments_timestamp on significant_moments ("timestamp");
      create index idx_moments_emote on significant_moments (emote);
      create index idx_moments_channel on significant_moments (channel, created_at desc);

      create table activity_windows (
        channel varchar(64) not null,
        window_start timestamptz not null,
        collected bigint not null,
        counts jsonb not null,
        settings_version integer not null,
        broadcast_id varchar(64),
        primary key (channel, window_start)
      );

      create table late_counts (
        channel varchar(64) not null,
        window_start timestamptz not null,
        n bigint not null,
        primary key (channel, window_start)
      );

      create table analyzer_partitions (
        topic varchar(128) not null,
        partition integer not null,
        topic_id varchar(64) not null,
        generation bigint not null,
        "offset" bigint not null,
        state jsonb not null,
        primary key (topic, partition)
      );

      create table analyzer_channels (
        topic varchar(128) not null,
        partition integer not null,
        channel varchar(64) not null,
        state jsonb not null,
        primary key (topic, partition, channel)
      );
    `,
  },
  {
    name: 'moments-002-pages',
    up: 'create index idx_moments_page on significant_moments (channel, "timestamp" desc, id desc)',
  },
  {
    name: 'moments-002-analyzer-gaps',
    // Records that were gone when the analyzer came to them: what is missing is written down, never passed in silence.
    up: `
      create table analyzer_gaps (
        topic varchar(128) not null,
        partition integer not null,
        from_offset bigint not null,
        to_offset bigint not null,
        noticed_at timestamptz not null,
        primary key (topic, partition, from_offset)
      );
    `,
  },
  {
    name: 'moments-003-audience-moments',
    // Moments of the other detectors: a reader of the classic table finds the classic rule's moments and no others.
    up: `
      create table audience_moments (like significant_moments including all);
      insert into audience_moments select * from significant_moments where body ->> 'detector' <> 'ratio';
      delete from significant_moments where body ->> 'detector' <> 'ratio';
    `,
  },
  {
    name: 'moments-004-ages',
    // Old rows are found by these. The states are written anew, because up to release 0.2 nobody removed their dead rows:
    // a table made again has none.
    up: `
      create index idx_activity_windows_start on activity_windows (window_start);
      create index idx_late_counts_start on late_counts (window_start);
      create index idx_analyzer_gaps_noticed on analyzer_gaps (noticed_at);
      create table analyzer_channels_now (like analyzer_channels including all);
      insert into analyzer_channels_now select * from analyzer_channels;
      drop table analyzer_channels;
      alter table analyzer_channels_now rename to analyzer_channels;
      alter index analyzer_channels_now_pkey rename to analyzer_channels_pkey;
      `,
  },
  {
    name: 'moments-005-forgotten-channels',
    // Whatever the analyzer derives of a channel with a lower version belongs to a channel that was deleted.
    up: `
      create table forgotten_channels (
        channel varchar(64) primary key,
        version integer not null
      );
    `,
  },
  { name: 'moments-006-months', up: monthsMigration },
];
