import { TOPICS } from '@ovation/protocol';
import { sql } from 'kysely';
import type { StartRun } from '../run.ts';
import type { MomentTables } from './tables.ts';

/**
 * The event log was damaged and moved away, and this one is new: the stored positions belong to the old one. While the new
 * log holds nothing, nothing can be counted twice or passed over by reading it from its beginning. Once it holds records, a
 * topic that is not the known one stops the analyzer (flows.md row 18), for it may be the log of another database.
 * Windows and settings of the channels are kept as they were stored.
 */
export const beginWithNewLog: StartRun<object> = async (_moments, { activity, database, eventLog, logger }) => {
  const ends = await eventLog.endOffsets(TOPICS.activity);
  if (ends.every((end) => end === 0)) {
    const moved = await database.sql
      .withTables<MomentTables>()
      .updateTable('analyzer_partitions')
      .set({ topic_id: activity.id, offset: -1, state: sql`state || '{"offset":-1}'` })
      .where('topic', '=', TOPICS.activity)
      .where('topic_id', '!=', activity.id)
      .returning('partition')
      .execute();
    const partitions = moved.map(({ partition }) => partition);
    if (partitions.length > 0) {
      logger.warn({ partitions }, 'The event log is a new one: what the old one held and was not stored yet is lost');
    }
  }
  return { [Symbol.asyncDispose]: () => Promise.resolve() };
};
