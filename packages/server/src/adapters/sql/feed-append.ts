import { TOPICS } from '@ovation/protocol';
import type { Migration } from '../../ports/database.ts';
import { LOCKS } from './locks.ts';

/**
 * The last act of a unit of work. Missing rows are made and rows are locked in the order of the names, so that units
 * which share feeds wait for each other instead of deadlocking; each statement sees what the holder before committed.
 * A key that the feed has already is skipped.
 *
 * The epoch is read here and not told by the caller: another process may have begun a new one. The lock is held until the
 * end of the transaction, so a new epoch waits for the appends of the old one, and they come first.
 *
 * p_entries: [{feed, key, body}], p_records: [{topic, partition, key, body}]. Answers what was inserted, in the order
 * of p_entries.
 */
const append = `
drop function if exists feed_append(text, json, json);
create function feed_append(p_entries json, p_records json)
returns table (feed text, key text, seq bigint, epoch text)
language plpgsql as $$
#variable_conflict use_column
declare
  v_epoch text;
begin
  perform pg_advisory_xact_lock_shared(${LOCKS.epoch});
  select i.random || '.' || i.timeline into strict v_epoch from installation i;
  insert into feeds (feed, seq)
    select distinct e.feed, 0 from json_to_recordset(p_entries) e (feed text) order by e.feed
    on conflict do nothing;
  perform 1 from feeds f
    where f.feed in (select e.feed from json_to_recordset(p_entries) e (feed text))
    order by f.feed for update;
  return query
    with offered as (
      select distinct on (e.value ->> 'feed', e.value ->> 'key')
        e.value ->> 'feed' as feed, e.value ->> 'key' as key, e.value -> 'body' as body, e.place
      from json_array_elements(p_entries) with ordinality e (value, place)
      order by e.value ->> 'feed', e.value ->> 'key', e.place
    ), numbered as (
      select o.feed, o.key, o.body, o.place,
        f.seq + row_number() over (partition by o.feed order by o.place) as seq
      from offered o join feeds f on f.feed = o.feed
      where not exists (select 1 from entries n where n.feed = o.feed and n.key = o.key)
    ), stored as (
      insert into entries (feed, seq, key, body) select n.feed, n.seq, n.key, n.body from numbered n
    ), raised as (
      update feeds f set seq = n.head
      from (select m.feed, max(m.seq) as head from numbered m group by m.feed) n
      where f.feed = n.feed
    ), queued as (
      insert into outbox (topic, key, feed, epoch, seq, body)
      select '${TOPICS.feeds}', n.feed, n.feed, v_epoch, n.seq, n.body from numbered n order by n.place
    )
    select n.feed, n.key, n.seq, v_epoch from numbered n order by n.place;
  insert into outbox (topic, partition, key, body)
    select r.value ->> 'topic', (r.value ->> 'partition')::int, r.value ->> 'key', r.value -> 'body'
    from json_array_elements(p_records) with ordinality r (value, place) order by r.place;
end $$;
`;

/**
 * Runs with the migrations of the modules, after those of `feeds` that make the tables. The first name is the one under which
 * databases up to release 0.2 have recorded a function that was told the epoch; the second replaces it.
 */
export const feedAppend: readonly Migration[] = [
  { name: 'feeds-002-append', up: 'select 1' },
  { name: 'feeds-004-append-in-the-epoch-of-all', up: append },
];
