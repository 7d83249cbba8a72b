import {
  channelFeed,
  type ChannelSettings,
  DEFAULT_CHANNEL,
  type Settings,
  type SettingsPatch,
} from '@ovation/protocol';
import type { UnitOfWork } from '../../ports/database.ts';
import { appendControlRecord } from './control-record.ts';
import { ChannelProblem } from './problems.ts';
import { lockChannel, lockSettings, mirrorSettings, selectLiveBroadcast, updateSettings } from './store.ts';

export interface SettingsChange {
  readonly channel: string;
  readonly patch: SettingsPatch;
  /** Refuse unless this version is the one in force. */
  readonly ifVersion: number | undefined;
  readonly activityPartitions: number;
}

export interface SettingsOutcome {
  readonly settings: ChannelSettings;
  readonly changed: boolean;
}

/** The whole change in one transaction; a patch that changes no value writes nothing. */
export async function changeSettings(uow: UnitOfWork, change: SettingsChange): Promise<SettingsOutcome> {
  const { channel } = change;
  await lockChannel(uow.sql, channel);
  const before = await lockSettings(uow.sql, channel);
  if (change.ifVersion !== undefined && change.ifVersion !== before.version) {
    throw new ChannelProblem(
      'version_conflict',
      `The settings are at version ${before.version}, not ${change.ifVersion}: read them again`,
    );
  }
  const settings = { ...merge(before, change.patch), version: before.version + 1, customized: true };
  if (sameValues(before, settings)) return { settings: before, changed: false };
  await updateSettings(uow.sql, channel, settings);
  if (channel === DEFAULT_CHANNEL) await mirrorSettings(uow.sql, settings);
  const live = await selectLiveBroadcast(uow.sql, channel);
  uow.appendFeed({
    feed: channelFeed(channel),
    key: `settings:${settings.version}`,
    body: { y: 'settings', d: settings },
  });
  appendControlRecord(uow, change, settings, live?.id ?? null);
  return { settings, changed: true };
}

function merge(before: Settings, patch: SettingsPatch): Settings {
  return {
    interval: patch.interval ?? before.interval,
    threshold: patch.threshold ?? before.threshold,
    allowedEmotes: [...(patch.allowedEmotes ?? before.allowedEmotes)],
  };
}

function sameValues(a: Settings, b: Settings): boolean {
  return (
    a.interval === b.interval &&
    a.threshold === b.threshold &&
    a.allowedEmotes.length === b.allowedEmotes.length &&
    a.allowedEmotes.every((emote, index) => emote === b.allowedEmotes[index])
  );
}
