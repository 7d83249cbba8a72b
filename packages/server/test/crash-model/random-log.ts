import { type ActivityItem, emoteKey, type SettingsRecord } from '@ovation/protocol';
import { type Random, seededRandom } from './seeded-random.ts';

/** A record and when it reaches the log, ms after the log's start. */
export interface TimedRecord {
  readonly at: number;
  readonly value: string;
}

export interface RandomLog {
  readonly channels: readonly [string, string];
  /** long and loud enough for `surge` to say something, which knows nobody in the first two minutes */
  readonly hasSurge: boolean;
  /** ascending by `at` */
  readonly records: readonly TimedRecord[];
}

/** From the first record to the last reaction; ticks go on until every window has closed. */
const ACTIVE_MS = 130_000;
/** The same of a log with a surge, and when its audience grows loud. */
const SURGE_ACTIVE_MS = 240_000;
const SURGE_AT_MS = 175_000;
const SURGE_LASTS_MS = 15_000;
/** Grace, a window, the longest hold, and some. */
const QUIET_MS = 80_000;
/** Where windows end in a log that starts 20 s into a minute. */
const WINDOW_ENDS = [40_000, 100_000] as const;
const TICK_MS = 1_000;
const STEP_MS = 250;

const EMOTES = ['🔥', '❤', '😀', '👍'].map((shown) => emoteKey(shown) ?? shown);

/**
 * What gateways, HTTP callers, the bridge, the relay and the owner's ticks write into one partition in four minutes, with
 * everything that goes wrong with it: records twice and late, an outage of the log, bad bytes, stamps from elsewhere.
 */
export function randomLog(seed: number, startAt: number): RandomLog {
  const random = seededRandom(seed);
  const channels = [`run${seed}-a`, `run${seed}-b`] as const;
  const hasSurge = seed % 5 === 4;
  const outage = random.chance(0.7) ? outageOf(random) : undefined;
  const records = [
    ...[0, 1, 2].flatMap((gateway) => gatewayRecords(random, { startAt, channels, src: `gateway${gateway}` })),
    ...httpRecords(random, { startAt, channels, src: 'gateway0-http' }),
    ...bridgeRecords(random, { startAt, channels, src: 'raw-emote-data/0' }),
    ...withDeletion(seed, { channels, hasSurge }, settingsRecords(random, channels)),
    ...poison(random),
    ...(hasSurge ? audienceRecords(random, { startAt, channels, src: 'gateway-audience' }) : []),
  ].map((record) => ({ ...record, at: Math.ceil(record.at / STEP_MS) * STEP_MS }));
  const delivered = records.map((record) => ({ ...record, at: afterOutage(record.at, outage) }));
  // Stable: a source's records that arrive together keep their order.
  delivered.sort((one, other) => one.at - other.at);
  return { channels, hasSurge, records: withTicks(delivered, outage) };
}

interface Outage {
  readonly from: number;
  readonly to: number;
}

function outageOf(random: Random): Outage {
  // Around the end of a window: then it decides whether what was kept back still counts.
  const from = random.pick(WINDOW_ENDS) - random.between(2_000, 15_000);
  return { from, to: from + random.between(4, 40) * 1_000 };
}

/** Producers flush what they kept, oldest first, within three seconds. */
function afterOutage(at: number, outage: Outage | undefined): number {
  if (!outage || at < outage.from || at >= outage.to) return at;
  const share = (at - outage.from) / (outage.to - outage.from);
  return outage.to + Math.floor((share * 2_500) / STEP_MS) * STEP_MS;
}

function withTicks(records: readonly TimedRecord[], outage: Outage | undefined): TimedRecord[] {
  const all: TimedRecord[] = [];
  let last = 0;
  const tickUpTo = (at: number) => {
    for (let tick = last + TICK_MS; tick < at; tick += TICK_MS) {
      const isOut = outage !== undefined && tick >= outage.from && tick < outage.to;
      if (!isOut) all.push({ at: tick, value: '{"k":"t"}' });
    }
  };
  for (const record of records) {
    tickUpTo(record.at);
    all.push(record);
    last = record.at;
  }
  tickUpTo(last + QUIET_MS);
  return all;
}

interface Producer {
  readonly startAt: number;
  readonly channels: readonly [string, string];
  readonly src: string;
}

/** Copies of numbered records, as a lost answer makes them: at once, or much later by a process that was paused. */
function withCopies(random: Random, records: TimedRecord[]): TimedRecord[] {
  const copies = records
    .filter(() => random.chance(0.05))
    .map(({ at, value }) => ({ value, at: at + random.pick([0, 250, 3_000, 45_000]) }));
  return [...records, ...copies];
}

function gatewayRecords(random: Random, { startAt, channels, src }: Producer): TimedRecord[] {
  const records: TimedRecord[] = [];
  let seq = 0;
  let at = random.between(0, 4_000);
  let delay = 0;
  while (at < ACTIVE_MS) {
    // In order: a delay shrinks no faster than time passes.
    delay = Math.max(delay - 400, random.between(0, 2_000));
    const isStuck = random.chance(0.01);
    const t = startAt + Math.floor(at / 100) * 100 - (isStuck ? 70_000 : 0);
    const ch = Object.fromEntries(
      channels.filter(() => random.chance(0.6)).map((name) => [name, activity(random, at)]),
    );
    records.push({ at: at + delay, value: JSON.stringify({ k: 'd', src, seq, t, ch }) });
    seq += 1;
    at += random.between(400, 5_000);
  }
  return withCopies(random, records);
}

function activity(random: Random, at: number) {
  // Some seconds are loud, so that detectors have something to say.
  const loudest = Math.floor(at / 10_000) % 4 === 0 ? 9 : 3;
  const counts = EMOTES.filter(() => random.chance(0.5)).map((emote) => [emote, random.between(1, loudest)]);
  return { e: Object.fromEntries(counts.length > 0 ? counts : [[EMOTES[0], 1]]), r: 1, m: 0, a: 0, f: {} };
}

/** A calm audience of the first channel that is loud for a while. */
function audienceRecords(random: Random, { startAt, channels, src }: Producer): TimedRecord[] {
  const records: TimedRecord[] = [];
  const loudAt = SURGE_AT_MS + random.between(0, 20_000);
  for (let at = random.between(0, 2_000); at < SURGE_ACTIVE_MS; at += random.between(1_000, 3_000)) {
    const isLoud = at >= loudAt && at < loudAt + SURGE_LASTS_MS;
    const reactors = isLoud ? random.between(40, 70) : random.between(2, 5);
    const t = startAt + Math.floor(at / 100) * 100;
    const ch = {
      [channels[0]]: { e: { [random.pick(EMOTES as [string, ...string[]])]: 1 }, r: reactors, m: 0, a: 0, f: {} },
    };
    records.push({
      at: at + random.between(0, 400),
      value: JSON.stringify({ k: 'd', src, seq: records.length, t, ch }),
    });
  }
  return withCopies(random, records);
}

function httpRecords(random: Random, { startAt, channels, src }: Producer): TimedRecord[] {
  const records: TimedRecord[] = [];
  let seq = 0;
  const batches: { ch: string; items: ActivityItem[] }[] = [];
  for (let at = random.between(0, 8_000); at < ACTIVE_MS; at += random.between(1_000, 9_000)) {
    const again = batches.at(-random.between(1, 4));
    const batch =
      again && random.chance(0.3)
        ? again
        : {
            ch: random.pick(channels),
            items: Array.from({ length: random.between(1, 4) }, () => item(random, startAt + at)),
          };
    batches.push(batch);
    records.push({ at, value: JSON.stringify({ k: 'i', src, seq, ...batch }) });
    seq += 1;
  }
  return withCopies(random, records);
}

function item(random: Random, now: number): ActivityItem {
  const early = random.chance(0.05) ? -random.between(1_000, 30_000) : random.between(0, 9_000);
  const t = now - (random.chance(0.05) ? 100_000 : early);
  const n = random.chance(0.3) ? { n: random.between(1, 5) } : {};
  return { t, e: random.pick(EMOTES as [string, ...string[]]), id: random.next().toString(36).slice(2), ...n };
}

function bridgeRecords(random: Random, { startAt, channels, src }: Producer): TimedRecord[] {
  const records: TimedRecord[] = [];
  let seq = 0;
  for (let at = random.between(0, 5_000); at < ACTIVE_MS; at += random.between(500, 8_000)) {
    const t = startAt + at + random.between(-4_000, 4_000);
    const items = [{ t, e: random.pick(EMOTES as [string, ...string[]]) }];
    records.push({ at, value: JSON.stringify({ k: 'i', src, seq, ch: random.pick(channels), items }) });
    seq += random.between(1, 3);
  }
  return withCopies(random, records);
}

function settingsRecords(random: Random, channels: readonly [string, string]): TimedRecord[] {
  return channels.flatMap((ch) => {
    const records: TimedRecord[] = [];
    let ver = 0;
    for (let at = random.between(0, 40_000); at < ACTIVE_MS; at += random.between(5_000, 60_000)) {
      ver += random.between(1, 2);
      const broadcastId = random.chance(0.3) ? `broadcast${ver}` : null;
      const allowed = EMOTES.filter(() => random.chance(0.7));
      const body = { interval: random.between(2, 25), threshold: random.between(1, 5) / 10, allowed, broadcastId };
      records.push({ at, value: JSON.stringify({ k: 's', ch, ver, body }) });
    }
    return withCopies(random, records);
  });
}

/**
 * In some logs a channel is deleted where its settings would have changed, with the copies of that record; the next
 * change of its settings makes it again, if there is one. By numbers of its own, so that the rest of a log stays as it is.
 */
function withDeletion(
  seed: number,
  { channels, hasSurge }: { channels: readonly [string, string]; hasSurge: boolean },
  records: readonly TimedRecord[],
): TimedRecord[] {
  const random = seededRandom(seed * 31 + 7);
  if (!random.chance(0.4)) return [...records];
  const channel = hasSurge ? channels[1] : random.pick(channels);
  const read = records.map(({ at, value }) => ({ at, record: JSON.parse(value) as SettingsRecord }));
  const versions = [...new Set(read.filter(({ record }) => record.ch === channel).map(({ record }) => record.ver))];
  const deleted = versions[random.between(0, Math.max(0, versions.length - 1))];
  return read.map(({ at, record }) => ({
    at,
    value: JSON.stringify(record.ch === channel && record.ver === deleted ? { ...record, gone: true } : record),
  }));
}

function poison(random: Random): TimedRecord[] {
  const values = ['{', '{"k":"d"}', '\u0000', '[', '{"k":', '"'].filter(() => random.chance(0.5));
  // Mostly about when windows close: between a snapshot and the next batch is where they could be lost.
  const places = WINDOW_ENDS.map((end) => end + 5_000 + random.between(-1_500, 1_500));
  return values.map((value) => ({
    at: random.pick([...places, random.between(0, ACTIVE_MS)] as [number, number, number]),
    value,
  }));
}
