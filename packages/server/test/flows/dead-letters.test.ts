import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { topicSpecs, TOPICS } from '@ovation/protocol';
import { expect, it } from 'vitest';
import { runOvation, startServer } from '../../../../test/server-process.ts';
import { openLmdbEventLog } from '../../src/adapters/lmdb/event-log.ts';
import { createSystemClock } from '../../src/adapters/system/clock.ts';

it('ovation dead-letters lists what the analyzer could not read, and replays what it can read now, once (S2-27)', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'ovation-dead-'));
  const t = Date.now();
  const digest = { k: 'd', src: 'g', seq: 1, t, ch: { lost: { e: { 'unicode:1f525': 3 }, r: 1, m: 0, a: 0, f: {} } } };
  {
    await using eventLog = await openLmdbEventLog({ folder: path.join(folder, 'log'), clock: createSystemClock() });
    for (const spec of topicSpecs('embedded')) await eventLog.createTopic(spec);
    await eventLog.append(TOPICS.activity, [{ partition: 0, value: '{' }]);
    // As an earlier version left it that did not know this kind of record.
    const headers = { 'dead-letter-cause': 'k: unknown' };
    await eventLog.append(TOPICS.deadLetter, [{ key: 'activity/0/7', value: JSON.stringify(digest), headers }]);
  }
  const server = await startServer({ OVATION_DATA_DIR: folder, OVATION_SIMULATOR: 'off' });
  const ovation = (...args: string[]) => runOvation(args, { OVATION_DATA_DIR: folder });
  const keys = async () => {
    const { stdout } = await ovation('dead-letters', 'list', '--json');
    const letters = JSON.parse(stdout) as { key: string; replayedAt: string | null }[];
    return new Map(letters.map(({ key, replayedAt }) => [key, replayedAt]));
  };
  while ((await keys()).size < 2);
  expect(await keys()).toEqual(
    new Map([
      ['activity/0/0', null],
      ['activity/0/7', null],
    ]),
  );
  expect(await ovation('dead-letters', 'replay', 'activity/0/7')).toMatchObject({ code: 0 });
  expect(await ovation('dead-letters', 'replay', 'activity/0/7')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('It was replayed before'),
  });
  expect(await ovation('dead-letters', 'replay', '--all')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('activity/0/0 was not replayed. It would be set aside again'),
  });
  const replayed = async () =>
    (await ovation('log', 'activity')).stdout.split('\n').filter((line) => line.includes('lost'));
  while ((await replayed()).length === 0);
  expect(await replayed()).toEqual([expect.stringContaining('"src":"replay:activity/0/7"')]);
  await server[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});
