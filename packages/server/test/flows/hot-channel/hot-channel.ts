import path from 'node:path';
import { TOPICS } from '@ovation/protocol';
import { type ServerProcess, startServer } from '../../../../../test/server-process.ts';
import type { EventLog } from '../../../src/ports/event-log.ts';
import { BRIDGE_GROUP } from '../../../src/stream/bridge.ts';
import type { RawEmotes } from '../../../src/stream/raw-emotes.ts';
import { query } from '../../services/postgres-database.ts';
import { pause } from '../../services/service.ts';

/** Processes of Ovation over one Kafka and one PostgreSQL. */
export interface HotCluster {
  /** host:port */
  readonly kafka: string;
  readonly databaseUrl: string;
  /** for the folders of the processes */
  readonly folder: string;
}

let started = 0;

export function startNode(
  { databaseUrl, folder, kafka }: HotCluster,
  roles: string,
  environment: Record<string, string> = {},
): Promise<ServerProcess> {
  started += 1;
  const own = {
    OVATION_KAFKA_BROKERS: kafka,
    OVATION_DATABASE_URL: databaseUrl,
    OVATION_DATABASE_POOL: '8',
    OVATION_DATA_DIR: path.join(folder, `node-${started}`),
    OVATION_SIMULATOR: 'off',
  };
  return startServer({ ...own, ...environment }, ['--roles', roles]);
}

/** Whether the process copies partitions of the shared raw topic. */
export async function isBridging({ url }: ServerProcess): Promise<boolean> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return text.includes(`consumer_lag_records{topic="${TOPICS.rawEmoteData}"}`);
}

const EMOTES = ['🔥', '👍', '❤️'];

/** @param times how many records there have been before */
export async function sendRecords(rawEmotes: RawEmotes, channel: string, count: number, times: number): Promise<void> {
  const timestamp = new Date().toISOString();
  const values = Array.from({ length: count }, (_, at) => {
    const emote = EMOTES[(times + at) % EMOTES.length];
    return JSON.stringify({ emote, timestamp, streamerId: channel });
  });
  await rawEmotes.append(channel, values);
}

export interface Counted {
  readonly windows: number;
  readonly late: number;
}

/** What is stored of the channel: reactions in closed windows, and those that came after their window had closed. */
export async function countedOf(databaseUrl: string, channel: string): Promise<Counted> {
  const [row] = await query<{ windows: string; late: string }>(
    databaseUrl,
    `select (select coalesce(sum(collected), 0) from activity_windows where channel = '${channel}') as windows,
            (select coalesce(sum(n), 0) from late_counts where channel = '${channel}') as late`,
  );
  return { windows: Number(row?.windows), late: Number(row?.late) };
}

/** Resolves when the bridges have copied everything that is in the topic now. */
export async function untilCopied(eventLog: EventLog, topic: string = TOPICS.rawEmoteData): Promise<void> {
  const ends = await eventLog.endOffsets(topic);
  for (;;) {
    const committed = await eventLog.committed(BRIDGE_GROUP, topic);
    if (ends.every((end, partition) => end === 0 || (committed.get(partition) ?? 0) >= end)) return;
    await pause(200);
  }
}

/**
 * Resolves when as much is stored as was sent, or more; the last window closes within a minute and some seconds.
 * @throws Error with what is stored when nothing more comes
 */
export async function untilCounted(databaseUrl: string, channel: string, sent: number): Promise<Counted> {
  const deadline = performance.now() + 150_000;
  for (;;) {
    const counted = await countedOf(databaseUrl, channel);
    if (counted.windows + counted.late >= sent) return counted;
    if (performance.now() > deadline) throw new Error(`Of ${sent} sent, ${JSON.stringify(counted)} are stored`);
    await pause(500);
  }
}
