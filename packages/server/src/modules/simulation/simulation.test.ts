import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type AudienceMessage, seededRandom } from '@ovation/moments';
import { checkRawEmote, topicSpecs, TOPICS } from '@ovation/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openLmdbEventLog } from '../../adapters/lmdb/event-log.ts';
import type { EventLog, LogRecord } from '../../ports/event-log.ts';
import { createManualClock, type ManualClock } from '../../../test/support/manual-clock.ts';
import { silentLogger } from '../../telemetry/logger.ts';
import { createDemoAudience } from './demo-audience.ts';
import { startSimulation } from './index.ts';

const START = Date.UTC(2026, 0, 1);
let folder: string;
let clock: ManualClock;
let eventLog: EventLog;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'ovation-simulation-'));
  clock = createManualClock(START);
  eventLog = await openLmdbEventLog({ folder, clock });
  for (const spec of topicSpecs('embedded')) await eventLog.createTopic(spec);
});
afterEach(async () => {
  await eventLog[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

async function total(): Promise<number> {
  return (await eventLog.endOffsets(TOPICS.rawEmoteData)).reduce((sum, end) => sum + end, 0);
}

async function records(): Promise<LogRecord[]> {
  const from = new Map([0, 1, 2, 3].map((partition) => [partition, 0]));
  const all: LogRecord[] = [];
  for await (const batch of eventLog.read({ topic: TOPICS.rawEmoteData, from, follow: false }))
    all.push(...batch.records);
  return all;
}

function startClassic(logger: EventLog): AsyncDisposable {
  return startSimulation({
    eventLog: logger,
    clock,
    logger: silentLogger(),
    mode: 'classic',
    seed: 7,
    topic: TOPICS.rawEmoteData,
    messages: {
      count: () => {
        throw new Error('the classic generator has no chat');
      },
    },
  });
}

describe('simulated audience', () => {
  it('writes the classic record once a second, in channel demo only (S0-01, S0-04)', async () => {
    let appends = 0;
    const append: EventLog['append'] = async (topic, list) => {
      const appended = await eventLog.append(topic, list);
      appends += 1;
      return appended;
    };
    const simulation = startClassic({ ...eventLog, append });
    for (let second = 1; second <= 60; second += 1) {
      clock.advance(1_000);
      while (appends < second) await new Promise(setImmediate);
      // One turn more: the simulation skips a tick while the last append is under way.
      await new Promise(setImmediate);
    }
    await simulation[Symbol.asyncDispose]();
    const values = (await records()).map(({ value }) => JSON.parse(new TextDecoder().decode(value)) as unknown);
    const checked = values.map(checkRawEmote);
    expect(checked.every(({ ok }) => ok)).toBe(true);
    const seconds = new Set(values.map((value) => Reflect.get(Object(value), 'timestamp') as string));
    expect(seconds.size).toBe(60);
    expect(new Set(values.map((value) => Reflect.get(Object(value), 'streamerId') as string))).toEqual(
      new Set(['demo']),
    );
    expect((await records()).every(({ key }) => key === 'demo')).toBe(true);
  });

  it('has written its last record whole when it has stopped, and writes none after (S0-05)', async () => {
    const simulation = startClassic(eventLog);
    clock.advance(1_000);
    await simulation[Symbol.asyncDispose]();
    const written = await total();
    expect(written).toBeGreaterThan(0);
    clock.advance(10_000);
    await new Promise(setImmediate);
    expect(await total()).toBe(written);
  });
});

describe('demo audience', () => {
  it('chats in its channel while it reacts, and taps the same as without', async () => {
    const said: { channel: string; texts: string[] }[] = [];
    let appends = 0;
    const append: EventLog['append'] = async (topic, list) => {
      const appended = await eventLog.append(topic, list);
      appends += 1;
      return appended;
    };
    const messages = {
      count: (channel: string, list: readonly AudienceMessage[]) => {
        for (const { at } of list) expect(at).toBe(clock.now() / 1_000);
        said.push({ channel, texts: list.map(({ text }) => text) });
      },
    };
    const parts = {
      eventLog: { ...eventLog, append },
      clock,
      logger: silentLogger(),
      seed: 7,
      topic: TOPICS.rawEmoteData,
    };
    const simulation = startSimulation({ ...parts, mode: 'demo', messages });
    const wanted: string[] = [];
    const alone = createDemoAudience(seededRandom(7), { random: seededRandom(99), seed: 1 });
    for (let second = 1; second <= 60; second += 1) {
      const before = appends;
      const { emotes } = alone.second();
      wanted.push(...emotes);
      clock.advance(1_000);
      while (emotes.length > 0 && appends === before) await new Promise(setImmediate);
      await new Promise(setImmediate);
    }
    await simulation[Symbol.asyncDispose]();
    const tapped = (await records()).map(({ value }) => JSON.parse(new TextDecoder().decode(value)).emote as string);
    expect(tapped).toHaveLength(wanted.length);
    expect(tapped.toSorted()).toEqual(wanted.toSorted());
    expect(new Set(said.map(({ channel }) => channel))).toEqual(new Set(['demo']));
    const texts = said.flatMap((one) => one.texts);
    expect(texts.length).toBeGreaterThan(40);
    expect(new Set(texts).size).toBeGreaterThan(25);
  });
});
