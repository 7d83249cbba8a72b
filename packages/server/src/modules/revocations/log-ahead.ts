import { feedEntrySchema, TOPICS } from '@ovation/protocol';
import type { EventLog } from '../../ports/event-log.ts';

/** Records of each partition that are looked at first: what was relayed last lies above the heads, if anything does. */
const TAIL_RECORDS = 200;

export interface LogAheadParts {
  readonly eventLog: EventLog;
  readonly feeds: { readonly epoch: string; heads(feeds: readonly string[]): Promise<Map<string, number>> };
}

/** A proof that the database has gone back in time: this entry was committed, and the primary does not know it. */
export interface EntryAhead {
  readonly feed: string;
  readonly epoch: string;
  readonly seq: number;
}

const placeSchema = feedEntrySchema.pick({ feed: true, epoch: true, seq: true });

/**
 * Looks for an entry of topic `feeds` that lies above its feed's head in the primary, or belongs to a timeline that the
 * primary will only reach (flows.md row 11). Where the newest records are of another epoch all that are kept are read:
 * entries of ours may lie before them.
 */
export async function findAhead(parts: LogAheadParts): Promise<EntryAhead | undefined> {
  const { eventLog, feeds } = parts;
  if (!(await eventLog.describeTopic(TOPICS.feeds))) return undefined;
  const { epoch } = feeds;
  const [ends, earliest] = await Promise.all([
    eventLog.endOffsets(TOPICS.feeds),
    eventLog.earliestOffsets(TOPICS.feeds),
  ]);
  const tails = ends.map((end, partition) => Math.max(earliest[partition] ?? 0, end - TAIL_RECORDS));
  const newest = await readTops(parts, epoch, tails);
  const tops = newest.isForeign ? await readTops(parts, epoch, earliest) : newest;
  if (tops.later) return tops.later;
  // Asked after the log was read: what is relayed meanwhile is in both.
  const heads = await feeds.heads([...tops.seqs.keys()]);
  for (const [feed, seq] of tops.seqs) if (seq > (heads.get(feed) ?? 0)) return { feed, epoch, seq };
  return undefined;
}

interface Tops {
  /** feed → highest seq of our epoch */
  readonly seqs: ReadonlyMap<string, number>;
  readonly isForeign: boolean;
  /** of a timeline that comes after ours */
  readonly later: EntryAhead | undefined;
}

async function readTops({ eventLog }: LogAheadParts, epoch: string, from: readonly number[]): Promise<Tops> {
  const seqs = new Map<string, number>();
  let isForeign = false;
  let later: EntryAhead | undefined;
  const reading = { topic: TOPICS.feeds, from: new Map(from.entries()), follow: false };
  for await (const { records } of eventLog.read(reading)) {
    for (const { value } of records) {
      const { data } = placeSchema.safeParse(parse(value));
      if (data?.epoch === epoch) seqs.set(data.feed, Math.max(seqs.get(data.feed) ?? 0, data.seq));
      else if (data) isForeign = true;
      if (data && isLater(data.epoch, epoch)) later = data;
    }
  }
  return { seqs, isForeign, later };
}

function isLater(other: string, epoch: string): boolean {
  const [random, timeline] = epoch.split('.');
  const [otherRandom, otherTimeline] = other.split('.');
  return random === otherRandom && Number(otherTimeline) > Number(timeline);
}

const decoder = new TextDecoder();

function parse(value: Uint8Array): unknown {
  try {
    return JSON.parse(decoder.decode(value));
  } catch {
    return undefined;
  }
}
