/**
 * Moments of the classic rule lie in a table for each month (S2-08). A key of such a table has to hold the column that it is
 * divided by; an id stays unique all the same, because the start of its window is part of what it is made of
 * (packages/moments/src/moment-id.ts).
 *
 * `keep_moments_of` makes the table of a month and moves what is there already. Until then the table of the rest takes its rows,
 * so nothing is refused when no worker runs.
 */
export const monthsMigration = `
alter table significant_moments rename to significant_moments_before;
create table significant_moments (like significant_moments_before including defaults) partition by range ("timestamp");
create table significant_moments_rest partition of significant_moments default;

create function keep_moments_of(p_at timestamptz) returns boolean
language plpgsql as $$
declare
  v_month timestamp := date_trunc('month', p_at at time zone 'UTC');
  v_from timestamptz := v_month at time zone 'UTC';
  v_to timestamptz := (v_month + interval '1 month') at time zone 'UTC';
  v_name text := 'significant_moments_' || to_char(v_month, 'YYYY_MM');
begin
  perform pg_advisory_xact_lock(hashtext('significant_moments'));
  if to_regclass(v_name) is not null then
    return false;
  end if;
  execute format('create table %I (like significant_moments including defaults)', v_name);
  execute format(
    'with moved as (delete from significant_moments_rest where "timestamp" >= $1 and "timestamp" < $2 returning *)
     insert into %I select * from moved', v_name) using v_from, v_to;
  execute format('alter table significant_moments attach partition %I for values from (%L) to (%L)', v_name, v_from, v_to);
  return true;
end $$;

do $$
begin
  perform keep_moments_of(month) from (
    select distinct date_trunc('month', "timestamp" at time zone 'UTC') at time zone 'UTC' as month
    from significant_moments_before
  ) months;
  perform keep_moments_of(now() + n * interval '1 month') from generate_series(0, 3) n;
end $$;
insert into significant_moments select * from significant_moments_before;
drop table significant_moments_before;

alter table significant_moments add primary key (id, "timestamp");
create index idx_moments_timestamp on significant_moments ("timestamp");
create index idx_moments_emote on significant_moments (emote);
create index idx_moments_channel on significant_moments (channel, created_at desc);
create index idx_moments_page on significant_moments (channel, "timestamp" desc, id desc);
`;
