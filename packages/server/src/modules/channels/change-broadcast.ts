import { type Broadcast, channelFeed } from '@ovation/protocol';
import type { UnitOfWork } from '../../ports/database.ts';
import { appendControlRecord, type Home } from './control-record.ts';
import {
  insertBroadcast,
  requireOpen,
  lockChannel,
  lockSettings,
  selectBroadcast,
  selectLiveBroadcast,
  updateBroadcastEnd,
  updateSettings,
} from './store.ts';

/**
 * Starts `broadcast`; one that is live ends first, at the same instant. When there is one of this id already, nothing
 * happens.
 * @returns the broadcast of this id
 */
export async function startBroadcast(uow: UnitOfWork, home: Home, broadcast: Broadcast): Promise<Broadcast> {
  await lockChannel(uow.sql, home.channel);
  const settings = await lockSettings(uow.sql, home.channel);
  await requireOpen(uow.sql, home.channel);
  const started = await selectBroadcast(uow.sql, broadcast.id);
  if (started) return started;
  await endLive(uow, home.channel, broadcast.startedAt);
  await insertBroadcast(uow.sql, broadcast);
  appendBroadcastEntry(uow, broadcast);
  // The settings' own counter: versions of control records must rise per channel, whatever they are about.
  const next = { ...settings, version: settings.version + 1 };
  await updateSettings(uow.sql, home.channel, next);
  appendControlRecord(uow, home, next, broadcast.id);
  return broadcast;
}

/** @returns the broadcast that ended, or undefined when none was live (then nothing is written) */
export async function endBroadcast(uow: UnitOfWork, home: Home, endedAt: string): Promise<Broadcast | undefined> {
  const found = await selectLiveBroadcast(uow.sql, home.channel);
  if (!found) return undefined;
  const settings = await lockSettings(uow.sql, home.channel);
  const ended = await endLive(uow, home.channel, endedAt);
  if (!ended) return undefined;
  const next = { ...settings, version: settings.version + 1 };
  await updateSettings(uow.sql, home.channel, next);
  appendControlRecord(uow, home, next, null);
  return ended;
}

async function endLive(uow: UnitOfWork, channel: string, endedAt: string): Promise<Broadcast | undefined> {
  const live = await selectLiveBroadcast(uow.sql, channel);
  if (!live) return undefined;
  const ended = { ...live, endedAt };
  await updateBroadcastEnd(uow.sql, live.id, endedAt);
  appendBroadcastEntry(uow, ended);
  return ended;
}

function appendBroadcastEntry(uow: UnitOfWork, broadcast: Broadcast): void {
  uow.appendFeed({
    feed: channelFeed(broadcast.channel),
    key: `broadcast:${broadcast.id}:${broadcast.endedAt === null ? 'start' : 'end'}`,
    body: { y: 'broadcast', d: broadcast },
  });
}
