import {
  checkRawEmote,
  DEFAULT_CHANNEL,
  type ItemsRecord,
  partitionOf,
  type RawEmote,
  TOPICS,
} from '@ovation/protocol';
import type { LogRecord, NewRecord } from '../ports/event-log.ts';
import type { Platform } from '../platform.ts';
import { isRefusal, refusalOf, storeOrSetAside } from '../refusal.ts';
import { logNowAndThen, retry } from '../retry.ts';
import type { DeadLetters } from './dead-letters.ts';
import { streamMetrics } from './metrics.ts';

/** Group of the bridge and the analyzer (S2-24, ruling C35). */
export const BRIDGE_GROUP = 'server-b-group';

/** Creates channels for records. */
export interface ChannelMaking {
  /**
   * Creates a missing channel. @throws Problem when there is none and there may be none, or when it takes nothing new
   * @returns false when the record was written to a channel that was deleted afterwards
   */
  ensure(channel: string, writtenAt: number): Promise<boolean>;
}

/** Live counts for viewers. They do not wait for the analyzer. */
interface ReactionTallies {
  add(channel: string, emoteKey: string, n: number): void;
}

/** Where raw records come from. */
interface RawSource {
  readonly topic: string;
  /** Set when the topic is of one streamer: then every record in it is of this channel. */
  readonly streamer?: string;
}

export interface BridgeParts {
  readonly platform: Platform;
  /** default: the topic that all channels share */
  readonly source?: RawSource;
  readonly channels: ChannelMaking;
  readonly tallies: ReactionTallies;
  readonly deadLetters: DeadLetters;
  readonly signal: AbortSignal;
  /** Told after every batch, and at the start: everything before this offset has been copied. */
  readonly onPosition?: (topic: string, partition: number, next: number) => void;
}

/** The topic of a streamer is found some seconds after it was made; what was written meanwhile is read as well. */
const FOUND_WITHIN_MS = 60_000;

/** Positions to start from: the committed ones, else the end (the classic contract consumes from latest, S0-27). */
async function bridgePositions(
  { clock, eventLog }: Pick<Platform, 'clock' | 'eventLog'>,
  { streamer, topic }: RawSource,
  partitions: readonly number[],
): Promise<Map<number, number>> {
  const committed = await eventLog.committed(BRIDGE_GROUP, topic);
  const unknown = partitions.filter((partition) => !committed.has(partition));
  if (unknown.length > 0) {
    const ends = await eventLog.endOffsets(topic);
    const positions = new Map(unknown.map((partition) => [partition, ends[partition] ?? 0]));
    if (streamer !== undefined) {
      const since = clock.now() - FOUND_WITHIN_MS;
      for (const partition of unknown) positions.set(partition, await eventLog.offsetAt(topic, partition, since));
    }
    // Committed at once, so that records from now on are read even if the process dies before the first batch.
    await eventLog.commit(BRIDGE_GROUP, topic, positions);
    for (const [partition, end] of positions) committed.set(partition, end);
  }
  return new Map(partitions.map((partition) => [partition, committed.get(partition) ?? 0]));
}

/**
 * Copies the single records of partitions of the classic topic to `activity` (flows.md row 2), with source = topic/partition and
 * sequence = offset. So the analyzer drops a record that was copied twice after a crash.
 */
export async function runBridge(parts: BridgeParts, partitions: readonly number[]): Promise<void> {
  const { onPosition, platform, signal } = parts;
  const { clock, eventLog, logger, metrics } = platform;
  const source = parts.source ?? { topic: platform.config.rawTopic };
  const { topic } = source;
  const attempt = <T>(what: string, work: () => Promise<T>, isFinal?: (error: unknown) => boolean) => {
    const failed = logNowAndThen(logger, `${what} failed`);
    return retry(work, {
      clock,
      signal,
      onFailure(error, failures) {
        streamMetrics(metrics).retries.inc({ part: 'bridge' });
        failed(error, failures);
      },
      triesAfterAbort: true,
      ...(isFinal && { isFinal }),
    });
  };
  const from = await attempt('Finding the position', () => bridgePositions(platform, source, partitions));
  for (const [partition, next] of from) onPosition?.(topic, partition, next);
  for await (const batch of eventLog.read({ topic, from, signal })) {
    const copies: Copy[] = [];
    // Append times do not fall within a batch: a channel that takes one record takes those after it.
    const open = new Set<string>();
    for (const record of batch.records) {
      // A promise for each record would cost more than the record: only the first of a channel asks for its channel.
      const read = readRaw(record, source);
      const isOpen = read.ok && open.has(read.channel);
      const copied = isOpen
        ? copyOf(parts, read, record)
        : await attempt('Reading a raw record', () => checkedCopy(parts, read, record));
      if (!copied) continue;
      if (read.ok) open.add(read.channel);
      copies.push({ record, copy: copied });
    }
    const copy = (some: readonly Copy[]) =>
      eventLog.append(
        TOPICS.activity,
        some.map(({ copy: record }) => record),
      );
    await storeOrSetAside(
      copies,
      (some) => attempt('Copying to activity', () => copy(some), isRefusal),
      ({ record }, cause) => attempt('Setting a record aside', () => parts.deadLetters.setAside(record, cause)),
    );
    const position = new Map([[batch.partition, batch.nextOffset]]);
    await attempt('Committing', () => eventLog.commit(BRIDGE_GROUP, topic, position));
    onPosition?.(topic, batch.partition, batch.nextOffset);
  }
}

interface Copy {
  readonly record: LogRecord;
  readonly copy: NewRecord;
}

type ReadRaw =
  | {
      readonly ok: true;
      readonly channel: string;
      readonly key: string;
      readonly occurredAt: number;
      readonly raw: RawEmote;
    }
  | { readonly ok: false; readonly problem: string };

function readRaw(record: LogRecord, { streamer, topic }: RawSource): ReadRaw {
  const { value, problem } = parse(record.value);
  if (problem !== undefined) return { ok: false, problem };
  const checked = checkRawEmote(value);
  if (!checked.ok) return checked;
  const { key, occurredAt, value: raw } = checked;
  const named = raw.streamerId;
  if (streamer !== undefined && named !== undefined && named !== streamer) {
    return { ok: false, problem: `Topic ${topic} is of streamer ${streamer}, and the record names ${named}` };
  }
  return { ok: true, channel: streamer ?? named ?? DEFAULT_CHANNEL, key, occurredAt, raw };
}

/** Sets aside what is no raw emote, or is of no channel. */
async function checkedCopy(parts: BridgeParts, read: ReadRaw, record: LogRecord): Promise<NewRecord | undefined> {
  const { emotesRejected } = streamMetrics(parts.platform.metrics);
  if (!read.ok) {
    emotesRejected.inc({ reason: 'invalid' });
    await parts.deadLetters.setAside(record, read.problem);
    return undefined;
  }
  const refusal = await ensureChannel(parts, read.channel, record.appendedAt);
  if (refusal === undefined) return copyOf(parts, read, record);
  emotesRejected.inc({ reason: 'channel' });
  if (refusal !== 'deleted') await parts.deadLetters.setAside(record, refusal);
  return undefined;
}

function copyOf(parts: BridgeParts, read: ReadRaw & { ok: true }, record: LogRecord): NewRecord {
  const { activity: topic, logger } = parts.platform;
  const { channel, key, occurredAt, raw } = read;
  parts.tallies.add(channel, key, 1);
  logger.debug({ channel, emote: raw.emote, occurredAt: raw.timestamp }, 'Emote received');
  const activity: ItemsRecord = {
    k: 'i',
    src: `${record.topic}/${record.partition}`,
    seq: record.offset,
    ch: channel,
    items: [{ t: occurredAt, e: key }],
  };
  return { partition: partitionOf(channel, topic.partitions), value: JSON.stringify(activity) };
}

/**
 * The reason for which there is no channel of this name, or undefined. A database that is down is no reason but an error.
 */
async function ensureChannel({ channels }: BridgeParts, name: string, writtenAt: number): Promise<string | undefined> {
  try {
    return (await channels.ensure(name, writtenAt)) ? undefined : 'deleted';
  } catch (error) {
    const refusal = refusalOf(error);
    if (refusal !== undefined) return refusal;
    throw error;
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function parse(value: Uint8Array): { value?: unknown; problem?: string } {
  try {
    return { value: JSON.parse(utf8.decode(value)) };
  } catch {
    return { problem: 'The record is not valid JSON in UTF-8' };
  }
}
