import { checkRawEmote, DEFAULT_CHANNEL, type ItemsRecord, partitionOf, TOPICS } from '@ovation/protocol';
import type { EventLog, LogRecord, NewRecord } from '../ports/event-log.ts';
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

export interface BridgeParts {
  readonly platform: Platform;
  readonly channels: ChannelMaking;
  readonly tallies: ReactionTallies;
  readonly deadLetters: DeadLetters;
  readonly signal: AbortSignal;
}

/** Positions to start from: the committed ones, else the end (the classic contract consumes from latest, S0-27). */
async function bridgePositions(
  eventLog: EventLog,
  topic: string,
  partitions: readonly number[],
): Promise<Map<number, number>> {
  const committed = await eventLog.committed(BRIDGE_GROUP, topic);
  const unknown = partitions.filter((partition) => !committed.has(partition));
  if (unknown.length > 0) {
    const ends = await eventLog.endOffsets(topic);
    const positions = new Map(unknown.map((partition) => [partition, ends[partition] ?? 0]));
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
  const { platform, signal } = parts;
  const { clock, eventLog, logger } = platform;
  const { rawTopic } = platform.config;
  const attempt = <T>(what: string, work: () => Promise<T>, isFinal?: (error: unknown) => boolean) =>
    retry(work, {
      clock,
      signal,
      onFailure: logNowAndThen(logger, `${what} failed`),
      triesAfterAbort: true,
      ...(isFinal && { isFinal }),
    });
  const from = await attempt('Finding the position', () => bridgePositions(eventLog, rawTopic, partitions));
  for await (const batch of eventLog.read({ topic: rawTopic, from, signal })) {
    const copies: Copy[] = [];
    for (const record of batch.records) {
      const copied = await attempt('Reading a raw record', () => copyOf(parts, record));
      if (copied) copies.push({ record, copy: copied });
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
    await attempt('Committing', () => eventLog.commit(BRIDGE_GROUP, rawTopic, position));
  }
}

interface Copy {
  readonly record: LogRecord;
  readonly copy: NewRecord;
}

async function copyOf(parts: BridgeParts, record: LogRecord): Promise<NewRecord | undefined> {
  const { activity: topic, logger, metrics } = parts.platform;
  const { value, problem } = parse(record.value);
  const checked = problem === undefined ? checkRawEmote(value) : { ok: false as const, problem };
  if (!checked.ok) {
    streamMetrics(metrics).emotesRejected.inc({ reason: 'invalid' });
    await parts.deadLetters.setAside(record, checked.problem);
    return undefined;
  }
  const channel = checked.value.streamerId ?? DEFAULT_CHANNEL;
  const refusal = await ensureChannel(parts, channel, record.appendedAt);
  if (refusal === 'deleted') {
    streamMetrics(metrics).emotesRejected.inc({ reason: 'channel' });
    return undefined;
  }
  if (refusal !== undefined) {
    streamMetrics(metrics).emotesRejected.inc({ reason: 'channel' });
    await parts.deadLetters.setAside(record, refusal);
    return undefined;
  }
  parts.tallies.add(channel, checked.key, 1);
  logger.debug({ channel, emote: checked.value.emote, occurredAt: checked.value.timestamp }, 'Emote received');
  const activity: ItemsRecord = {
    k: 'i',
    src: `${record.topic}/${record.partition}`,
    seq: record.offset,
    ch: channel,
    items: [{ t: checked.occurredAt, e: checked.key }],
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

function parse(value: Uint8Array): { value?: unknown; problem?: string } {
  try {
    return { value: JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(value)) };
  } catch {
    return { problem: 'The record is not valid JSON in UTF-8' };
  }
}
