import { feedSubject } from '@ovation/protocol';
import type { Database } from '../ports/database.ts';
import type { LiveBus } from '../ports/live-bus.ts';

/** Brings every committed feed entry to the gateways at once; what the bus loses comes again through the event log. */
export function publishEntries(database: Pick<Database, 'onFeedEntries'>, bus: Pick<LiveBus, 'publish'>): Disposable {
  return database.onFeedEntries((entries) => {
    for (const { feed, epoch, seq, body } of entries) bus.publish(feedSubject(feed), { feed, epoch, seq, body });
  });
}
