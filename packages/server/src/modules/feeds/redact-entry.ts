import { sql } from 'kysely';
import type { UnitOfWork } from '../../ports/database.ts';

/** Which entry: by its place, or by the key that it was appended with. */
export type EntryName =
  | { readonly feed: string; readonly seq: number }
  | { readonly feed: string; readonly key: string };

/**
 * Deletes what an entry says and keeps its place (flows.md row 16): a tombstone takes its body, also in the outbox, and a
 * `del` entry at the end of the feed tells every holder of the text. It comes after every copy of the entry,
 * so the deletion is never heard first. Part of the caller's transaction; saying it again changes nothing.
 * @param at ISO instant of the deletion
 * @returns seq of the entry; undefined when there is none of this name
 */
export async function redactEntry(uow: UnitOfWork, name: EntryName, at: string): Promise<number | undefined> {
  const seq = await findSeq(uow, name);
  if (seq === undefined) return undefined;
  const { feed } = name;
  const tombstone = JSON.stringify({ y: 'tombstone', d: { at } });
  await sql`update entries set body = ${tombstone}::json where feed = ${feed} and seq = ${seq}::bigint`.execute(
    uow.sql,
  );
  // A row that the relay has read still reaches the log. No reader seeks back to it, and the `del` follows it.
  await sql`update outbox set body = ${tombstone}::json where feed = ${feed} and seq = ${seq}::bigint`.execute(uow.sql);
  uow.appendFeed({ feed, key: `del:${seq}`, body: { y: 'del', d: { seq, at } } });
  return seq;
}

/** An entry that retention has removed may still be in a gateway's ring: its number is enough. */
async function findSeq(uow: UnitOfWork, name: EntryName): Promise<number | undefined> {
  const { rows } = await (
    'seq' in name
      ? sql<{
          seq: number;
        }>`select ${name.seq}::bigint as seq from feeds where feed = ${name.feed} and seq >= ${name.seq}::bigint`
      : sql<{ seq: number }>`select seq from entries where feed = ${name.feed} and key = ${name.key}`
  ).execute(uow.sql);
  return rows[0]?.seq;
}
