import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { openLmdbEventLog } from '../../adapters/lmdb/event-log.ts';
import { createManualClock } from '../../../test/support/manual-clock.ts';
import { readRecords, type RecordsRequest } from './read-records.ts';
import { readPlaces, writePlaces } from './record-places.ts';

async function filledLog() {
  const clock = createManualClock();
  const folder = await mkdtemp(path.join(tmpdir(), 'ovation-records-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const eventLog = await openLmdbEventLog({ folder, clock });
  onTestFinished(() => eventLog[Symbol.asyncDispose]());
  await eventLog.createTopic({ name: 't', partitions: 3, retentionMs: 86_400_000 });
  for (let n = 0; n < 10; n++) {
    clock.advance(1_000);
    await eventLog.append('t', [{ partition: n % 2, value: String(n) }]);
  }
  return async (from: RecordsRequest['from'], limit: number) => {
    const page = await readRecords(eventLog, { topic: 't', from, limit });
    return { ...page, values: page.data.map(({ value }) => Number(value)), next: writePlaces(page.next) };
  };
}

it('pages through all partitions in the order of append times, each record once', async () => {
  const read = await filledLog();
  const all: number[] = [];
  let page = await read(0, 3);
  all.push(...page.values);
  while (page.hasMore) {
    page = await read(readPlaces(page.next), 3);
    all.push(...page.values);
  }
  expect(all).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(page.next).toBe('0:5,1:5,2:0');
  expect((await read(readPlaces(page.next), 3)).values).toEqual([]);
});

it('begins where each partition is told to, and reads no other', async () => {
  const read = await filledLog();
  expect((await read(readPlaces('1:3'), 10)).values).toEqual([7, 9]);
  expect((await read(readPlaces('0:4,1:4'), 10)).values).toEqual([8, 9]);
  await expect(read(readPlaces('3:0'), 10)).rejects.toMatchObject({ details: [{ field: 'from' }] });
});

it('says of the newest records where what comes later begins', async () => {
  const read = await filledLog();
  const page = await read(undefined, 2);
  expect([page.values, page.next, page.hasMore]).toEqual([[8, 9], '0:5,1:5,2:0', false]);
});
