import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { topicSpecs, TOPICS } from '@ovation/protocol';
import { expect, it, onTestFinished, vi } from 'vitest';
import { openLmdbEventLog } from '../../adapters/lmdb/event-log.ts';
import { createInProcessLiveBus } from '../../adapters/in-process/live-bus.ts';
import { createManualClock } from '../../../test/support/manual-clock.ts';
import type { Platform } from '../../platform.ts';
import type { EventLog } from '../../ports/event-log.ts';
import { STREAMER_TOPICS_MAX, streamerTopic } from '../../stream/streamer-topics.ts';
import { streamMetrics } from '../../stream/metrics.ts';
import { silentLogger } from '../../telemetry/logger.ts';
import { createMetrics } from '../../telemetry/metrics.ts';
import type { Channels } from '../channels/index.ts';
import { bridgeRawEmotes } from './bridge-raw-emotes.ts';

const START = Date.UTC(2026, 0, 1, 12);
const HOUR_MS = 3_600_000;
const timestamp = new Date(START).toISOString();

async function openLog() {
  const folder = await mkdtemp(path.join(tmpdir(), 'ovation-streamers-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const clock = createManualClock(START);
  const eventLog = await openLmdbEventLog({ folder, clock });
  onTestFinished(() => eventLog[Symbol.asyncDispose]());
  for (const spec of topicSpecs('embedded')) await eventLog.createTopic(spec);
  return { clock, eventLog };
}

/** The bridge of a process with all partitions, and what it says. */
async function startBridge({ clock, eventLog }: Awaited<ReturnType<typeof openLog>>) {
  const warnings: string[] = [];
  const logger = silentLogger();
  vi.spyOn(logger, 'warn').mockImplementation((...args: unknown[]) => void warnings.push(String(args.at(-1))));
  const metrics = createMetrics();
  const platform = {
    clock,
    eventLog,
    logger,
    metrics,
    bus: createInProcessLiveBus({ logger }),
    config: { rawTopic: TOPICS.rawEmoteData, settingsAuth: 'open' },
    activity: await eventLog.describeTopic(TOPICS.activity),
  } as unknown as Platform; // the bridge needs no more of it
  const channels = {
    find: (name: string) => Promise.resolve({ name, createdAt: '2025-01-01T00:00:00.000Z', live: null }),
  } as unknown as Channels; // asks only whether there is one
  const bridge = await bridgeRawEmotes({} as never, platform, { channels });
  const stop = () => bridge[Symbol.asyncDispose]();
  onTestFinished(stop);
  return { metrics, stop, warnings };
}

async function makeTopic(eventLog: EventLog, name: string, partitions = 1): Promise<string> {
  await eventLog.createTopic({ name, partitions, retentionMs: HOUR_MS });
  return name;
}

const raw = (emote: string, streamerId?: string) => ({
  partition: 0,
  value: JSON.stringify({ emote, timestamp, ...(streamerId !== undefined && { streamerId }) }),
});

async function copies(eventLog: EventLog) {
  const from = new Map((await eventLog.earliestOffsets(TOPICS.activity)).map((at, partition) => [partition, at]));
  const all: string[] = [];
  for await (const { records } of eventLog.read({ topic: TOPICS.activity, from, follow: false })) {
    for (const { value } of records) {
      const { ch, items, src } = JSON.parse(new TextDecoder().decode(value)) as {
        ch: string;
        src: string;
        items: { e: string }[];
      };
      all.push(`${ch} ${items[0]?.e} ${src}`);
    }
  }
  return all.toSorted();
}

it('records of a topic of one streamer are of its channel, whatever else is written (S2-17, C14)', async () => {
  const log = await openLog();
  const { clock, eventLog } = log;
  const alice = await makeTopic(eventLog, streamerTopic(TOPICS.rawEmoteData, 'alice'), 3);
  const bob = await makeTopic(eventLog, streamerTopic(TOPICS.rawEmoteData, 'bob'));
  await startBridge(log);
  await eventLog.append(alice, [raw('🔥'), raw('🔥', 'alice'), raw('🔥', 'bob')]);
  await eventLog.append(alice, [{ ...raw('👍'), partition: 2 }]);
  await eventLog.append(bob, [raw('❤')]);
  await eventLog.append(TOPICS.rawEmoteData, [raw('👏', 'alice')]);
  await vi.waitFor(async () => {
    clock.advance(100);
    expect(await copies(eventLog)).toEqual([
      'alice unicode:1f44d raw-emote-data-streamer-alice/2',
      'alice unicode:1f44f raw-emote-data/0',
      'alice unicode:1f525 raw-emote-data-streamer-alice/0',
      'alice unicode:1f525 raw-emote-data-streamer-alice/0',
      'bob unicode:2764 raw-emote-data-streamer-bob/0',
    ]);
  });
  // The one that names another streamer is set aside.
  await vi.waitFor(async () => {
    expect((await eventLog.endOffsets(TOPICS.deadLetter)).reduce((sum, end) => sum + end, 0)).toBe(1);
  });
});

it('a topic that is made later is found within two seconds, with what was written meanwhile', async () => {
  const log = await openLog();
  const { clock, eventLog } = log;
  await startBridge(log);
  const topic = await makeTopic(eventLog, streamerTopic(TOPICS.rawEmoteData, 'late'));
  await eventLog.append(topic, [raw('🔥'), raw('🔥')]);
  clock.advance(2_000);
  await vi.waitFor(async () => expect(await copies(eventLog)).toHaveLength(2));
});

it('what was copied is not copied again by the next process', async () => {
  const log = await openLog();
  const { eventLog } = log;
  const topic = await makeTopic(eventLog, streamerTopic(TOPICS.rawEmoteData, 'alice'));
  const first = await startBridge(log);
  await eventLog.append(topic, [raw('🔥')]);
  await vi.waitFor(async () => expect(await copies(eventLog)).toHaveLength(1));
  await first.stop();
  await eventLog.append(topic, [raw('👍')]);
  await startBridge(log);
  await vi.waitFor(async () => expect(await copies(eventLog)).toHaveLength(2));
});

it('names that are no channel names are left out with a line, once, and so are topics beyond the most', async () => {
  const log = await openLog();
  const { clock, eventLog } = log;
  await makeTopic(eventLog, streamerTopic(TOPICS.rawEmoteData, '-wrong'));
  await makeTopic(eventLog, streamerTopic(TOPICS.rawEmoteData, 'x'.repeat(65)));
  const { warnings } = await startBridge(log);
  const wrong = warnings.filter((line) => line.includes('is not a channel name'));
  expect(wrong).toHaveLength(2);
  for (let n = 0; n <= STREAMER_TOPICS_MAX; n += 1) {
    await makeTopic(eventLog, streamerTopic(TOPICS.rawEmoteData, `s${n}`));
  }
  clock.advance(2_000);
  await vi.waitFor(() => expect(warnings.filter((line) => line.includes('the most there can be'))).toHaveLength(1));
  clock.advance(2_000);
  expect(warnings.filter((line) => line.includes('is not read'))).toHaveLength(3);
});

it('says how far it is behind, by topic, and nothing when it has ended (S2-33)', async () => {
  const log = await openLog();
  const { clock, eventLog } = log;
  const topic = await makeTopic(eventLog, streamerTopic(TOPICS.rawEmoteData, 'alice'));
  const { metrics, stop } = await startBridge(log);
  const { bridgeLag, consumerLag } = streamMetrics(metrics);
  await eventLog.append(topic, [raw('🔥')]);
  await vi.waitFor(async () => expect(await copies(eventLog)).toHaveLength(1));
  await vi.waitFor(async () => {
    clock.advance(1_000);
    const { values } = await consumerLag.get();
    expect(values).toEqual(
      expect.arrayContaining([
        { labels: { topic }, value: 0 },
        { labels: { topic: TOPICS.rawEmoteData }, value: 0 },
      ]),
    );
  });
  await stop();
  expect((await bridgeLag.get()).values).toEqual([]);
});
