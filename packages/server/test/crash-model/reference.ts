import {
  type ActivityRecord,
  type Analysis,
  analysisOf,
  DEFAULT_SETTINGS,
  type DigestRecord,
  type ItemsRecord,
  type SettingsRecord,
} from '@ovation/protocol';
import { surgeFindings } from './surge-reference.ts';

/**
 * What a log means, worked out from the whole of it at once and with no state to lose: a second writing of flows.md B1.5
 * and B2, which shares no code with the engine. Slow and plain on purpose.
 */
export interface Reference {
  /** `channel start` → its row */
  readonly windows: Map<
    string,
    { collected: number; counts: Record<string, number>; version: number; broadcastId: string | null }
  >;
  /** every revision that was ever to be published */
  readonly revisions: Revision[];
  /** `channel start` → reactions */
  readonly late: Map<string, number>;
  /** offsets of records that nobody can read */
  readonly unreadable: number[];
}

export interface Revision {
  readonly channel: string;
  readonly detector: string;
  readonly emote: string;
  readonly startAt: number;
  readonly rev: number;
  readonly count: number;
  readonly total: number;
  readonly final: boolean;
  readonly holds: boolean;
  readonly settingsVersion: number;
  readonly detectedAt: number;
  /** version with which its channel began again after a deletion */
  readonly born?: number | undefined;
  /** its channel was deleted afterwards: it was told, and is no more */
  readonly isForgotten: boolean;
}

/** What one life of a channel says of a moment; the rest is the same for the whole life. */
type Said = Omit<Revision, 'born' | 'isForgotten'>;

/** A channel between two deletions; `end` is the record of the next one. */
interface Life {
  readonly channel: string;
  /** the record that began it, or -1 */
  readonly from: number;
  readonly end: number;
  readonly born: number | undefined;
}

export interface LoggedRecord {
  readonly offset: number;
  readonly appendedAt: number;
  readonly value: string;
}

/** One count that was accepted, in the order of the log. */
interface Addition {
  readonly index: number;
  readonly channel: string;
  readonly at: number;
  readonly start: number;
  readonly emote: string;
  readonly n: number;
  /** different people of its record and channel; the first addition of these has all of them */
  readonly reactors: number;
}

const CLOSES_AFTER = 65_000;
const windowOf = (at: number) => at - (at % 60_000);

export function referenceOf(log: readonly LoggedRecord[], hasSurge = false): Reference {
  const records = log.map(({ value }) => read(value));
  const times = log.map(({ appendedAt }) => appendedAt);
  const watermarks = watermarksOf(times);
  const { additions, late } = additionsOf(records, times, watermarks);
  const channels = [...new Set(additions.map(({ channel }) => channel))];
  const windows: Reference['windows'] = new Map();
  const revisions: Revision[] = [];
  for (const channel of channels) {
    for (const life of livesOfChannel(records, channel)) {
      const own = additions.filter(({ channel: of, index }) => of === channel && index > life.from && index < life.end);
      // The windows of a deleted channel are never closed.
      const facts = {
        records: records.slice(0, life.end),
        times: times.slice(0, life.end),
        watermarks: watermarks.slice(0, life.end),
      };
      const isForgotten = life.end !== Number.POSITIVE_INFINITY;
      const said = revisionsOf(facts, { channel, hasSurge }, own);
      revisions.push(...said.map((revision) => ({ ...revision, born: life.born, isForgotten })));
      if (!isForgotten) for (const [place, window] of windowsOf(facts, channel, own)) windows.set(place, window);
    }
  }
  const unreadable = log.filter((_, index) => !records[index]).map(({ offset }) => offset);
  return { windows, revisions, late, unreadable };
}

function revisionsOf(
  facts: Facts,
  { channel, hasSurge }: { channel: string; hasSurge: boolean },
  own: readonly Addition[],
): Said[] {
  const starts = [...new Set(own.map(({ start }) => start))];
  return [
    ...starts.flatMap((start) =>
      ratioOf(
        facts,
        { channel, start },
        own.filter((addition) => addition.start === start),
      ),
    ),
    ...pulseOf(facts, channel, own),
    ...(hasSurge ? surgeOf(facts, channel, own) : []),
  ];
}

function windowsOf(facts: Facts, channel: string, own: readonly Addition[]): Reference['windows'] {
  const windows: Reference['windows'] = new Map();
  for (const start of new Set(own.map((addition) => addition.start))) {
    const inWindow = own.filter((addition) => addition.start === start);
    const closing = closingOf(facts, start);
    if (closing < 0) continue;
    const { ver, body } = settingsAt(facts.records, channel, closing);
    const collected = inWindow.reduce((sum, { n }) => sum + n, 0);
    windows.set(`${channel} ${start}`, {
      collected,
      counts: countsOf(inWindow),
      version: ver,
      broadcastId: body.broadcastId,
    });
  }
  return windows;
}

/** Control records of a channel that count: their versions rise. */
function changesOf(records: Facts['records'], channel: string): { index: number; record: SettingsRecord }[] {
  let version = 0;
  return [...records.entries()].flatMap(([index, record]) => {
    if (record?.k !== 's' || record.ch !== channel || record.ver <= version) return [];
    version = record.ver;
    return [{ index, record }];
  });
}

function livesOfChannel(records: Facts['records'], channel: string): Life[] {
  const lives: Life[] = [];
  let life: Omit<Life, 'end'> | undefined = { channel, from: -1, born: undefined };
  for (const { index, record } of changesOf(records, channel)) {
    if (record.gone) {
      if (life) lives.push({ ...life, end: index });
      life = undefined;
    } else life ??= { channel, from: index, born: record.ver };
  }
  return life ? [...lives, { ...life, end: Number.POSITIVE_INFINITY }] : lives;
}

/** `channel start` → reactions of the window, and reactions that were late; linear, so also for long logs. */
export function sumsOf(log: readonly LoggedRecord[]): { windows: Map<string, number>; late: Map<string, number> } {
  const records = log.map(({ value }) => read(value));
  const times = log.map(({ appendedAt }) => appendedAt);
  const { additions, late } = additionsOf(records, times, watermarksOf(times));
  const windows = new Map<string, number>();
  for (const { channel, n, start } of additions) {
    const place = `${channel} ${start}`;
    windows.set(place, (windows.get(place) ?? 0) + n);
  }
  return { windows, late };
}

interface Facts {
  readonly records: readonly (ActivityRecord | undefined)[];
  readonly times: readonly number[];
  readonly watermarks: readonly number[];
}

/** The random log's bad records are bad JSON or have no fields. */
function read(value: string): ActivityRecord | undefined {
  try {
    const record = JSON.parse(value) as ActivityRecord;
    return record.k === 'd' && !('src' in record) ? undefined : record;
  } catch {
    return undefined;
  }
}

function watermarksOf(times: readonly number[]): number[] {
  let heldUntil = 0;
  let watermark = 0;
  return times.map((time, index) => {
    if (time - (times[index - 1] ?? time) > 2_500) heldUntil = time + 5_000;
    if (time >= heldUntil) watermark = Math.max(watermark, time);
    return watermark;
  });
}

type Counted = Omit<Addition, 'index' | 'start'> & { readonly id?: string | undefined };

function additionsOf(records: Facts['records'], times: readonly number[], watermarks: readonly number[]) {
  const additions: Addition[] = [];
  const late = new Map<string, number>();
  const ids = new Set<string>();
  const lifeAt = livesOf(records);
  for (const [index, record] of newRecords(records)) {
    for (const { id, ...counted } of countsOfRecord(record, times[index] ?? 0)) {
      const life = lifeAt(counted.channel, index);
      if (!life) continue;
      const start = windowOf(counted.at);
      const place = `${counted.channel} ${start}`;
      if (start + CLOSES_AFTER <= (watermarks[index - 1] ?? 0)) {
        late.set(`${place} ${life.end}`, (late.get(`${place} ${life.end}`) ?? 0) + counted.n);
        continue;
      }
      const name = `${place} ${life.from} ${id}`;
      if (id !== undefined && ids.has(name)) continue;
      if (id !== undefined) ids.add(name);
      additions.push({ ...counted, index, start });
    }
  }
  return { additions, late: keptLate(late) };
}

/** Of the channels that are there at the end. */
function keptLate(late: ReadonlyMap<string, number>): Map<string, number> {
  const kept = [...late].filter(([place]) => place.endsWith(' Infinity'));
  return new Map(kept.map(([place, n]) => [place.slice(0, -' Infinity'.length), n]));
}

/** Which life of a channel a record belongs to; undefined while it is deleted. */
function livesOf(records: Facts['records']): (channel: string, index: number) => Life | undefined {
  const known = new Map<string, readonly Life[]>();
  return (channel, index) => {
    const lives = known.get(channel) ?? livesOfChannel(records, channel);
    known.set(channel, lives);
    return lives.find(({ end, from }) => index > from && index < end);
  };
}

/** Numbered records that are higher than everything before of their source. */
function newRecords(records: Facts['records']): (readonly [number, DigestRecord | ItemsRecord])[] {
  const highest = new Map<string, number>();
  return [...records.entries()].flatMap(([index, record]) => {
    if (record?.k !== 'd' && record?.k !== 'i') return [];
    if (record.seq <= (highest.get(record.src) ?? -1)) return [];
    highest.set(record.src, record.seq);
    return [[index, record] as const];
  });
}

function countsOfRecord(record: DigestRecord | ItemsRecord, now: number): Counted[] {
  if (record.k === 'd') {
    const at = Math.min(record.t, now);
    return Object.entries(record.ch).flatMap(([channel, { e, r }]) =>
      Object.entries(e).map(([emote, n], place) => ({ channel, at, emote, n, reactors: place === 0 ? r : 0 })),
    );
  }
  return record.items
    .filter(({ id, t }) => id === undefined || t <= now + 2_000)
    .map(({ e: emote, id, n = 1, t }) => ({
      channel: record.ch,
      at: id === undefined ? Math.min(t, now) : t,
      emote,
      n,
      id,
      reactors: 1,
    }));
}

function settingsAt(records: Facts['records'], channel: string, index: number): { ver: number; body: Analysis } {
  let found: { ver: number; body: Analysis } = { ver: 0, body: analysisOf(DEFAULT_SETTINGS) };
  for (const { record } of changesOf(records.slice(0, index + 1), channel)) found = record;
  return found;
}

/** The record that closes a window; -1 = none. */
function closingOf({ watermarks }: Facts, start: number): number {
  return watermarks.findIndex((watermark) => watermark >= start + CLOSES_AFTER);
}

function countsOf(additions: readonly Addition[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { emote, n } of additions) counts[emote] = (counts[emote] ?? 0) + n;
  return counts;
}

/** What the rule sees of a window when a record has been applied. */
function shareOf(facts: Facts, channel: string, additions: readonly Addition[], index: number) {
  const { body } = settingsAt(facts.records, channel, index);
  const seen = additions.filter((addition) => addition.index <= index);
  const counts = countsOf(seen);
  const total = body.allowed.reduce((sum, emote) => sum + (counts[emote] ?? 0), 0);
  const above = body.allowed.filter((emote) => total > 0 && (counts[emote] ?? 0) / total > body.threshold);
  return { counts, total, above, interval: body.interval, collected: seen.reduce((sum, { n }) => sum + n, 0) };
}

function ratioOf(
  facts: Facts,
  { channel, start }: { channel: string; start: number },
  additions: readonly Addition[],
): Said[] {
  const revisions: Said[] = [];
  const last = (emote: string) => revisions.findLast((revision) => revision.emote === emote);
  const say = (index: number, said: Pick<Said, 'emote' | 'count' | 'total' | 'final' | 'holds'>) => {
    const settingsVersion = settingsAt(facts.records, channel, index).ver;
    const detectedAt = facts.times[index] ?? 0;
    const rev = (last(said.emote)?.rev ?? 0) + 1;
    revisions.push({ channel, detector: 'ratio', startAt: start, rev, ...said, settingsVersion, detectedAt });
  };
  let judged = 0;
  for (const index of new Set(additions.map((addition) => addition.index))) {
    const { above, collected, counts, interval, total } = shareOf(facts, channel, additions, index);
    if (collected - judged < interval) continue;
    judged = collected;
    for (const emote of above) {
      const said = { emote, count: counts[emote] ?? 0, total };
      if (isNews(last(emote), said, facts.times[index] ?? 0)) say(index, { ...said, final: false, holds: true });
    }
  }
  const closing = closingOf(facts, start);
  const { above, collected, counts, interval, total } = shareOf(facts, channel, additions, closing);
  if (closing < 0 || (judged === 0 && collected < interval)) return revisions;
  for (const emote of new Set([...revisions.map((revision) => revision.emote), ...above])) {
    say(closing, { emote, count: counts[emote] ?? 0, total, final: true, holds: above.includes(emote) });
  }
  return revisions;
}

function isNews(before: Said | undefined, said: { count: number; total: number }, now: number): boolean {
  if (!before) return true;
  const isOther = before.count !== said.count || before.total !== said.total;
  return isOther && now >= before.detectedAt + 1_000;
}

/** The model's own detector, from the list of all counts of a channel. */
function pulseOf({ records, times }: Facts, channel: string, additions: readonly Addition[]): Said[] {
  const revisions: Said[] = [];
  const secondOf = (at: number) => Math.floor(at / 1_000) * 1_000;
  const looked = new Set<Addition>();
  let level = 0;
  let open: { startAt: number; count: number; rev: number } | undefined;
  for (const [index, time] of times.entries()) {
    const second = secondOf(time);
    if (second <= secondOf(times[index - 1] ?? 0)) continue;
    const fresh = additions.filter(
      (addition) => addition.index <= index && !looked.has(addition) && secondOf(addition.at) < second,
    );
    for (const addition of fresh) looked.add(addition);
    const seen = fresh.reduce((sum, { n }) => sum + n, 0);
    if (!open && seen > 2 * level + 3) open = { startAt: second, count: 0, rev: 0 };
    level = Math.floor((level * 7 + seen) / 8);
    if (!open) continue;
    open = { ...open, count: open.count + seen, rev: open.rev + 1 };
    const { count, rev, startAt } = open;
    const final = rev === 3;
    const settingsVersion = settingsAt(records, channel, index).ver;
    const share = { count, total: count, final, holds: !final || count > 8 };
    revisions.push({
      channel,
      detector: 'pulse',
      emote: '',
      startAt,
      rev,
      ...share,
      settingsVersion,
      detectedAt: time,
    });
    if (final) open = undefined;
  }
  return revisions;
}

/** The real detector, asked over the whole log at once, by a process that never dies. */
function surgeOf({ records, times }: Facts, channel: string, additions: readonly Addition[]): Said[] {
  return surgeFindings(times, additions).map(({ index, finding }) => ({
    ...finding,
    channel,
    detector: 'surge',
    settingsVersion: settingsAt(records, channel, index).ver,
    detectedAt: times[index] ?? 0,
  }));
}
