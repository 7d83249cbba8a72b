import {
  analysisOf,
  type ChannelSettings,
  DEFAULT_SETTINGS,
  partitionOf,
  type SettingsRecord,
  TOPICS,
} from '@ovation/protocol';
import type { UnitOfWork } from '../../ports/database.ts';

/** Where the control records of a channel go. */
export interface Home {
  readonly channel: string;
  /** recorded partitions of topic `activity` */
  readonly activityPartitions: number;
}

/**
 * Tells the analyzer what is in force from here on (flows.md B1.4). It goes to the channel's home partition by number,
 * because digests do too: only there is it in order with the reactions that it judges.
 */
export function appendControlRecord(
  uow: UnitOfWork,
  home: Home,
  settings: ChannelSettings,
  broadcastId: string | null,
): void {
  appendRecord(uow, home, { k: 's', ch: home.channel, ver: settings.version, body: analysisOf(settings, broadcastId) });
}

/**
 * Tells the analyzer that the channel was deleted: it forgets what came before, and nothing counts until the channel is
 * made again, which writes a control record of its own. An older version reads it as a change to the defaults.
 */
export function appendGoneRecord(uow: UnitOfWork, home: Home, version: number): void {
  appendRecord(uow, home, { k: 's', ch: home.channel, ver: version, body: analysisOf(DEFAULT_SETTINGS), gone: true });
}

function appendRecord(uow: UnitOfWork, home: Home, body: SettingsRecord): void {
  uow.appendOutbox({
    topic: TOPICS.activity,
    partition: partitionOf(home.channel, home.activityPartitions),
    key: null,
    body,
  });
}
