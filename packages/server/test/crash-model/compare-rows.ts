import { momentId } from '@ovation/moments';
import { channelFeed, type Moment, TOPICS } from '@ovation/protocol';
import type { Database } from '../../src/ports/database.ts';
import type { Reference, Revision } from './reference.ts';
import { type RowsOwner, type SavedRows, saveRows } from './stored-rows.ts';

/** Every way in which the database differs from the reference, as sentences; none = the run was exact. */
export async function differences(database: Database, owner: RowsOwner, reference: Reference): Promise<string[]> {
  const rows = await saveRows(database, owner);
  return [
    ...windowDifferences(rows, reference),
    ...momentDifferences(rows, reference),
    ...feedDifferences(rows, owner, reference),
    ...outboxDifferences(rows, reference),
    ...lateDifferences(rows, reference),
  ];
}

function tableOf<T>(rows: SavedRows, table: string): T[] {
  // The columns are those of the migrations; whoever asks says which.
  return (rows.get(table) ?? []) as T[];
}

/** The same keys with the same values on both sides. */
function compared(what: string, found: ReadonlyMap<string, string>, expected: ReadonlyMap<string, string>): string[] {
  const keys = new Set([...found.keys(), ...expected.keys()]);
  return [...keys].flatMap((key) => {
    const [is, shouldBe] = [found.get(key), expected.get(key)];
    return is === shouldBe ? [] : [`${what} ${key}: is ${is ?? 'missing'}, should be ${shouldBe ?? 'missing'}`];
  });
}

const canonical = (counts: Record<string, number>) =>
  Object.entries(counts).toSorted(([one], [other]) => (one < other ? -1 : 1));

function windowDifferences(rows: SavedRows, { windows }: Reference): string[] {
  interface Row {
    channel: string;
    window_start: string;
    collected: number;
    counts: Record<string, number>;
    settings_version: number;
    broadcast_id: string | null;
  }
  const found = tableOf<Row>(rows, 'activity_windows').map((row): [string, string] => [
    `${row.channel} ${Date.parse(row.window_start)}`,
    JSON.stringify([row.collected, canonical(row.counts), row.settings_version, row.broadcast_id]),
  ]);
  const expected = [...windows].map(([key, { broadcastId, collected, counts, version }]): [string, string] => [
    key,
    JSON.stringify([collected, canonical(counts), version, broadcastId]),
  ]);
  return compared('window', new Map(found), new Map(expected));
}

function identityOf({ born, channel, detector, emote, startAt }: Revision): string {
  return momentId({ tenant: '', channel, detector, emote, startAt, born });
}

function saidBy(of: Pick<Revision, 'count' | 'total' | 'final' | 'holds' | 'settingsVersion' | 'detectedAt'>): string {
  return JSON.stringify([of.count, of.total, of.final, of.holds, of.settingsVersion, of.detectedAt]);
}

function momentDifferences(rows: SavedRows, { revisions }: Reference): string[] {
  const found = ['significant_moments', 'audience_moments'].flatMap((table) =>
    tableOf<{ id: string; rev: number; body: Moment }>(rows, table).map(({ body, id, rev }): [string, string] => {
      const isRight = (body.detector === 'ratio') === (table === 'significant_moments');
      return [id, isRight ? `${rev} ${saidBy(body)}` : `in ${table}`];
    }),
  );
  // The last one of each id stays.
  const kept = revisions.filter(({ isForgotten }) => !isForgotten);
  const expected = kept.map((revision): [string, string] => [
    identityOf(revision),
    `${revision.rev} ${saidBy(revision)}`,
  ]);
  return compared('moment', new Map(found), new Map(expected));
}

interface EntryRow {
  feed: string;
  seq: number;
  key: string;
  body: { d: Moment };
}

function feedDifferences(rows: SavedRows, { channels }: RowsOwner, { revisions }: Reference): string[] {
  return channels.flatMap((channel) => {
    const feed = channelFeed(channel);
    const entries = tableOf<EntryRow>(rows, 'entries').filter((entry) => entry.feed === feed);
    entries.sort((one, other) => one.seq - other.seq);
    const holes = entries
      .filter(({ seq }, index) => seq !== index + 1)
      .map(({ seq }) => `feed ${feed}: hole before ${seq}`);
    const highest = new Map<string, number>();
    const disorder = entries.flatMap(({ body: { d }, seq }) => {
      const before = highest.get(d.id) ?? 0;
      highest.set(d.id, d.rev);
      return d.rev === before + 1 ? [] : [`feed ${feed}: ${seq} is revision ${d.rev} after ${before}`];
    });
    const found = entries.map(({ body: { d } }): [string, string] => [`${d.id}:${d.rev}`, saidBy(d)]);
    const own = revisions.filter((revision) => revision.channel === channel);
    const expected = own.map((revision): [string, string] => [
      `${identityOf(revision)}:${revision.rev}`,
      saidBy(revision),
    ]);
    return [...holes, ...disorder, ...compared(`entry of ${feed}`, new Map(found), new Map(expected))];
  });
}

/** The classic topic gets each revision that holds, once. */
function outboxDifferences(rows: SavedRows, { revisions }: Reference): string[] {
  const records = tableOf<{ topic: string; body: { id: string; rev: number }[] }>(rows, 'outbox');
  const sent = records
    .filter(({ topic }) => topic !== TOPICS.feeds)
    .flatMap(({ body }) => body.map(({ id, rev }) => `${id}:${rev}`));
  const wanted = revisions
    .filter(({ detector, holds }) => detector === 'ratio' && holds)
    .map((revision) => `${identityOf(revision)}:${revision.rev}`);
  const times = (list: readonly string[]) =>
    new Map([...Map.groupBy(list, (key) => key)].map(([key, all]) => [key, String(all.length)]));
  return compared('aggregated record', times(sent), times(wanted));
}

function lateDifferences(rows: SavedRows, { late }: Reference): string[] {
  const found = tableOf<{ channel: string; window_start: string; n: number }>(rows, 'late_counts').map(
    ({ channel, n, window_start }): [string, string] => [`${channel} ${Date.parse(window_start)}`, String(n)],
  );
  return compared('late count', new Map(found), new Map([...late].map(([key, n]) => [key, String(n)])));
}
