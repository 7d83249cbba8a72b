import type { Migration } from '../../ports/database.ts';
import type { Sabotage } from '../../sabotage.ts';
import { feedMigrations } from './migrations.ts';

/** What each switch does to the text of `feed_append`. */
const CHANGES: Partial<Record<Sabotage, readonly [text: string, instead: string]>> = {
  'feed-keys-not-skipped': ['where not exists (select 1 from entries n where n.feed = o.feed and n.key = o.key)', ''],
  'feed-rows-in-call-order': [
    'select distinct e.feed, 0 from json_to_recordset(p_entries) e (feed text) order by e.feed',
    'select e.feed, 0 from json_to_recordset(p_entries) e (feed text)',
  ],
  'feed-locks-in-call-order': ['order by f.feed for update', 'for update'],
  'feed-head-not-locked': ['order by f.feed for update', 'order by f.feed'],
  'entries-without-outbox': ['from numbered n order by n.place\n    )', 'from numbered n where false\n    )'],
};

/**
 * The migrations with a broken `feed_append`. Only tests come here.
 * @throws Error when the text that the switch changes is not there (any more)
 */
export function sabotagedFeedMigrations(sabotage: Sabotage): readonly Migration[] {
  const [text, instead] = CHANGES[sabotage] ?? ['', ''];
  const broken = feedMigrations.map((migration) => ({ ...migration, up: migration.up.replace(text, instead) }));
  if (broken.every(({ up }, index) => up === feedMigrations[index]?.up)) {
    throw new Error(`The switch ${sabotage} changes nothing`);
  }
  return broken;
}
