import type { GoneChannel } from '@ovation/moments';
import { TOPICS } from '@ovation/protocol';
import { sql } from 'kysely';
import type { UnitOfWork } from '../../ports/database.ts';

/** Removes what was derived of deleted channels and remembers them, so that an analyzer that lags stores nothing of them. */
export async function forgetChannels(uow: UnitOfWork, gone: readonly GoneChannel[]): Promise<void> {
  const rows = JSON.stringify(gone);
  const named = sql`json_to_recordset(${rows}::json) gone (channel text, version integer)`;
  await sql`
    insert into forgotten_channels (channel, version) select channel, max(version) from ${named} group by channel
    on conflict (channel) do update set version = greatest(forgotten_channels.version, excluded.version)
  `.execute(uow.sql);
  for (const table of ['significant_moments', 'audience_moments']) {
    await sql`
      delete from ${sql.table(table)} m using ${named}
      where m.channel = gone.channel and (m.body ->> 'settingsVersion')::int < gone.version`.execute(uow.sql);
  }
  await sql`
    delete from activity_windows w using ${named}
    where w.channel = gone.channel and w.settings_version < gone.version`.execute(uow.sql);
  // Late counts are stored together with the position: none of a later channel of this name can be there yet.
  await sql`delete from late_counts l using ${named} where l.channel = gone.channel`.execute(uow.sql);
}

/**
 * The same in the transaction of the deletion, so that nothing of the channel can be read from then on. The analyzer of its
 * partition waits: what it stores afterwards is compared with what is remembered here.
 */
export async function forgetDeleted(
  uow: UnitOfWork,
  gone: GoneChannel & { readonly partition: number },
): Promise<void> {
  await sql`
    select 1 from analyzer_partitions where topic = ${TOPICS.activity} and partition = ${gone.partition}::int for update
  `.execute(uow.sql);
  await forgetChannels(uow, [gone]);
}

/** What belongs to no deleted channel. */
export async function withoutForgotten<Derived>(
  uow: UnitOfWork,
  derived: readonly Derived[],
  of: (one: Derived) => GoneChannel,
): Promise<Derived[]> {
  const names = JSON.stringify([...new Set(derived.map((one) => of(one).channel))]);
  const { rows } = await sql<GoneChannel>`
    select channel, version from forgotten_channels
    where channel in (select json_array_elements_text(${names}::json))`.execute(uow.sql);
  const versions = new Map(rows.map(({ channel, version }) => [channel, version]));
  return derived.filter((one) => of(one).version >= (versions.get(of(one).channel) ?? 0));
}
