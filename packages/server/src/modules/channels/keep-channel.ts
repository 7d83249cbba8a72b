import { channelFeed, type ChannelSettings, DEFAULT_CHANNEL, DEFAULT_SETTINGS, partitionOf } from '@ovation/protocol';
import type { UnitOfWork } from '../../ports/database.ts';
import { endBroadcast } from './change-broadcast.ts';
import { appendControlRecord, appendGoneRecord, type Home } from './control-record.ts';
import {
  deleteRows,
  insertChannel,
  lockChannel,
  lockSettings,
  mirrorSettings,
  selectDeleted,
  updateArchived,
  updateSettings,
} from './store.ts';

/** What another module has of a channel goes in the transaction of the deletion. */
export type ForgetChannel = (
  uow: UnitOfWork,
  gone: { readonly channel: string; readonly version: number; readonly partition: number },
) => Promise<void>;

export interface Deletion extends Home {
  /** ISO instant */
  readonly at: string;
  readonly forget: readonly ForgetChannel[];
  /** Removes the entries of a feed; its number goes on. */
  readonly clearFeed: (uow: UnitOfWork, feed: string) => Promise<void>;
}

/** Makes the channel unless it is there. One of a name that was deleted begins anew, with the next version. */
export async function makeChannel(uow: UnitOfWork, home: Home, { at, isOwners }: { at: string; isOwners: boolean }) {
  const { channel } = home;
  if (!(await insertChannel(uow.sql, channel, isOwners))) return;
  const deleted = await selectDeleted(uow.sql, channel);
  if (!deleted) return;
  await lockSettings(uow.sql, channel);
  const settings: ChannelSettings = { ...DEFAULT_SETTINGS, version: deleted.version + 1, customized: false };
  await updateSettings(uow.sql, channel, settings);
  tellState(uow, channel, { state: 'open', at });
  uow.appendFeed({
    feed: channelFeed(channel),
    key: `settings:${settings.version}`,
    body: { y: 'settings', d: settings },
  });
  appendControlRecord(uow, home, settings, null);
}

/** Hides it and closes it to everything new. A live broadcast ends. */
export async function archiveChannel(uow: UnitOfWork, home: Home, at: string): Promise<void> {
  await lockChannel(uow.sql, home.channel);
  if (!(await updateArchived(uow.sql, home.channel, at))) return;
  await endBroadcast(uow, home, at);
  tellState(uow, home.channel, { state: 'archived', at });
}

export async function restoreChannel(uow: UnitOfWork, channel: string, at: string): Promise<void> {
  await lockChannel(uow.sql, channel);
  if (await updateArchived(uow.sql, channel, undefined)) tellState(uow, channel, { state: 'open', at });
}

/**
 * Removes a channel and everything that belongs to it. The gone record tells the analyzer, the last entry of its feed tells
 * the viewers. Channel `default` is always there: it begins anew in the same transaction.
 */
export async function deleteChannel(uow: UnitOfWork, deletion: Deletion): Promise<void> {
  const { activityPartitions, at, channel } = deletion;
  await lockChannel(uow.sql, channel);
  const settings = await lockSettings(uow.sql, channel);
  const version = settings.version + 1;
  await deleteRows(uow.sql, channel, { at, version });
  const gone = { channel, version, partition: partitionOf(channel, activityPartitions) };
  for (const forget of deletion.forget) await forget(uow, gone);
  await deletion.clearFeed(uow, channelFeed(channel));
  tellState(uow, channel, { state: 'deleted', at });
  appendGoneRecord(uow, deletion, version);
  if (channel !== DEFAULT_CHANNEL) return;
  await mirrorSettings(uow.sql, DEFAULT_SETTINGS);
  await makeChannel(uow, deletion, { at, isOwners: true });
}

function tellState(
  uow: UnitOfWork,
  channel: string,
  said: { state: 'archived' | 'open' | 'deleted'; at: string },
): void {
  uow.appendFeed({
    feed: channelFeed(channel),
    key: `channel:${said.state}:${said.at}`,
    body: { y: 'channel', d: said },
  });
}
