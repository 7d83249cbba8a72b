import type { AudienceMessage } from '@ovation/moments';
import { checkRawEmote, emoteKey } from '@ovation/protocol';
import { describe, expect, it } from 'vitest';
import type { EventLog, NewRecord } from '../../ports/event-log.ts';
import { createManualClock } from '../../../test/support/manual-clock.ts';
import { silentLogger } from '../../telemetry/logger.ts';
import { createAudience } from './audience-model.ts';
import { playAudience, playedAudience, RECORDS_PER_SECOND_MAX } from './play-audience.ts';

const SECONDS = 30;

/** Plays `SECONDS` seconds to a log that takes everything. */
async function play(viewers: number) {
  const clock = createManualClock();
  const records: NewRecord[] = [];
  const said: { channel: string; message: AudienceMessage }[] = [];
  const counted: { channel: string; key: string; n: number; reactor: string; at: number }[] = [];
  const append: EventLog['append'] = (_topic, list) => {
    records.push(...list);
    return Promise.resolve([]);
  };
  const startedAt = clock.now();
  const playing = playAudience({
    // Only append is used.
    eventLog: { append } as unknown as EventLog,
    clock,
    logger: silentLogger(),
    topic: 'raw',
    viewers,
    seed: 5,
    messages: { count: (channel, list) => said.push(...list.map((message) => ({ channel, message }))) },
    count: (reaction) => counted.push({ ...reaction, at: clock.now() - startedAt }),
  });
  for (let slot = 0; slot < SECONDS * 10; slot += 1) {
    clock.advance(100);
    await new Promise(setImmediate);
  }
  await playing[Symbol.asyncDispose]();
  clock.advance(5_000);
  return { records, counted, said, startedAt };
}

/** What the model has in these seconds. */
function modelled(viewers: number): number[] {
  const totals: number[] = [];
  for (const { second, reactions } of createAudience({ ...playedAudience(viewers, 5), chat: false })) {
    if (second >= SECONDS) break;
    totals.push(reactions.reduce((sum, { n }) => sum + n, 0));
  }
  return totals;
}

const sumOf = (numbers: readonly number[]) => numbers.reduce((sum, n) => sum + n, 0);

describe('audience played live', () => {
  it('writes classic records of channel demo while the audience is small', async () => {
    const { records, counted } = await play(5_000);
    expect(counted).toEqual([]);
    expect(records).toHaveLength(sumOf(modelled(5_000)));
    expect(records.length).toBeGreaterThan(300);
    const checked = records.map(({ value }) => checkRawEmote(JSON.parse(String(value))));
    expect(checked.every((one) => one.ok && one.value.streamerId === 'demo')).toBe(true);
    expect(records.every(({ key }) => key === 'demo')).toBe(true);
  });

  it('counts every reaction of a million viewers in a few calls, spread over the second', async () => {
    const { records, counted } = await play(1_000_000);
    expect(records).toEqual([]);
    const wanted = sumOf(modelled(1_000_000));
    expect(wanted).toBeGreaterThan(100_000);
    expect(sumOf(counted.map(({ n }) => n))).toBe(wanted);
    expect(counted.length).toBeLessThan(SECONDS * 10 * 8 * 50 + 1);
    expect(counted.every(({ channel, n }) => channel === 'demo' && n > 0)).toBe(true);
    expect(new Set(counted.map(({ at }) => at)).size).toBe(SECONDS * 10);
    expect(new Set(counted.map(({ reactor }) => reactor)).size).toBeGreaterThan(10_000);
    expect(new Set(counted.map(({ key }) => key))).toEqual(
      new Set(['😀', '😡', '😢', '😮', '❤️', '👍', '👎', '🔥'].map((emote) => emoteKey(emote))),
    );
  });

  it('decides for each second, so that a rise does not become thousands of records', async () => {
    const perViewer = sumOf(modelled(33_000)) / SECONDS / 33_000;
    const viewers = Math.round(RECORDS_PER_SECOND_MAX / perViewer);
    const totals = modelled(viewers);
    const small = totals.filter((total) => total <= RECORDS_PER_SECOND_MAX);
    expect(small.length).toBeGreaterThan(3);
    expect(small.length).toBeLessThan(SECONDS - 3);
    const { records, counted } = await play(viewers);
    expect(records).toHaveLength(sumOf(small));
    expect(sumOf(counted.map(({ n }) => n))).toBe(sumOf(totals) - sumOf(small));
  });

  it('writes what `ovation simulate` writes with the same options, in the second in which it is written', async () => {
    const { said, startedAt } = await play(20_000);
    const wanted: { second: number; author: string; text: string }[] = [];
    for (const { second, messages } of createAudience({ ...playedAudience(20_000, 5), chat: true })) {
      if (second >= SECONDS) break;
      wanted.push(...messages.map(({ m, u }) => ({ second, author: u, text: m })));
    }
    expect(wanted.length).toBeGreaterThan(200);
    const heard = said.map(({ message: { at, author, text } }) => {
      return { second: Math.floor(at - startedAt / 1_000 - 0.05), author, text };
    });
    expect(heard).toEqual(wanted);
    expect(new Set(said.map(({ channel }) => channel))).toEqual(new Set(['demo']));
  });
});
