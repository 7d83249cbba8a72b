import { type Moment, partitionOf, type Preview, type Settings, TOPICS } from '@ovation/protocol';
import type { Clock } from '../../ports/clock.ts';
import type { Database } from '../../ports/database.ts';
import type { EventLog } from '../../ports/event-log.ts';
import { ProgressWatch } from '../../stream/progress-watch.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { Metrics } from '../../telemetry/metrics.ts';
import type { MomentsCache } from './moments-cache.ts';
import { type MomentsPage, type MomentsWanted, pageMoments } from './page-moments.ts';
import { previewSettings } from './preview-settings.ts';
import { PreviewTurns } from './preview-turns.ts';
import type { MomentTables, momentTable } from './tables.ts';

export { createPartitionStore } from './partition-store.ts';
export { forgetDeleted } from './forget-channels.ts';
export { createReadModels } from './read-models.ts';

export interface Moments extends Disposable {
  /** Newest first, the latest revision of each. */
  recent(channel: string, limit: number): Promise<Moment[]>;
  /** Latest window first, filtered and in pages that stay whole while moments come in. */
  page(channel: string, wanted: MomentsWanted): Promise<MomentsPage>;
  /**
   * What these settings would have given over the last hour of the log.
   * @throws Problem `too_many_requests` when too many previews wait for their turn
   */
  preview(channel: string, settings: Settings): Promise<Preview>;
  /** reactions that the analyzer of this process has counted into windows */
  readonly counted: number;
  /** Said by the analyzer after every batch. */
  noteCounted(n: number): void;
  /** Whether the analyzer of this process gets on; without one there is nothing to see. */
  readonly progress: ProgressWatch;
  /** For how many seconds nothing of a channel has been analysed although there is something to read; 0 = all is well. */
  secondsStill(channel: string): number;
}

export function createMoments(parts: {
  database: Database;
  eventLog: EventLog;
  clock: Clock;
  logger: Logger;
  metrics: Metrics;
  activityPartitions: number;
  /** first pages that all nodes share; without it each asks the database */
  cache?: MomentsCache;
}): Moments {
  let counted = 0;
  const turns = new PreviewTurns();
  const progress = new ProgressWatch({ ...parts, topic: TOPICS.activity });
  return {
    get counted() {
      return counted;
    },
    noteCounted(n) {
      counted += n;
    },
    progress,
    secondsStill: (channel) => progress.secondsStill(partitionOf(channel, parts.activityPartitions)),
    async recent(channel, limit) {
      const tables = parts.database.sql.withTables<MomentTables>();
      const newest = (table: ReturnType<typeof momentTable>) =>
        tables
          .selectFrom(table)
          .select(['id', 'created_at', 'body'])
          .where('channel', '=', channel)
          .orderBy('created_at', 'desc')
          .orderBy('id')
          .limit(limit);
      const rows = await tables
        .selectFrom(newest('significant_moments').as('classic'))
        .selectAll()
        .unionAll(tables.selectFrom(newest('audience_moments').as('audience')).selectAll())
        .orderBy('created_at', 'desc')
        .orderBy('id')
        .limit(limit)
        .execute();
      return rows.map(({ body }) => body);
    },
    page(channel, wanted) {
      const ask = () => pageMoments(parts.database, channel, wanted);
      return parts.cache ? parts.cache.page(channel, wanted, ask) : ask();
    },
    [Symbol.dispose]: () => parts.cache?.[Symbol.dispose](),
    preview: (channel, settings) => turns.run(() => previewSettings(parts, channel, settings)),
  };
}
