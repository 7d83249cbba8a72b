import { analysisOf, type ChannelSettings, type SettingsRecord, partitionOf, TOPICS } from '@ovation/protocol';
import type { UnitOfWork } from '../../ports/database.ts';

/**
 * Tells the analyzer what is in force from here on (flows.md B1.4). It goes to the channel's home partition by number,
 * because digests do too: only there is it in order with the reactions that it judges.
 */
export function appendControlRecord(
  uow: UnitOfWork,
  home: { channel: string; activityPartitions: number },
  settings: ChannelSettings,
  broadcastId: string | null,
): void {
  const body: SettingsRecord = {
    k: 's',
    ch: home.channel,
    ver: settings.version,
    body: analysisOf(settings, broadcastId),
  };
  uow.appendOutbox({
    topic: TOPICS.activity,
    partition: partitionOf(home.channel, home.activityPartitions),
    key: null,
    body,
  });
}
