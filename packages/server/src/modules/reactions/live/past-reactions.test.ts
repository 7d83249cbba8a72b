import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { partitionOf, topicSpecs, TOPICS } from '@ovation/protocol';
import { expect, it } from 'vitest';
import { openLmdbEventLog } from '../../../adapters/lmdb/event-log.ts';
import { TallyBoard } from './tally-board.ts';
import { createManualClock } from '../../../../test/support/manual-clock.ts';
import { silentLogger } from '../../../telemetry/logger.ts';
import { readPastReactions } from './past-reactions.ts';

it('gives the chart of the first viewer the last ten minutes of the log, and only of this channel', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'ovation-past-'));
  const clock = createManualClock();
  const eventLog = await openLmdbEventLog({ folder, clock });
  try {
    for (const spec of topicSpecs('embedded')) await eventLog.createTopic(spec);
    const partition = partitionOf('one', 4);
    const append = (record: object) => eventLog.append(TOPICS.activity, [{ partition, value: JSON.stringify(record) }]);
    const digest = (seq: number, n: number) => ({
      k: 'd',
      src: 'g',
      seq,
      t: clock.now(),
      ch: {
        one: { e: { 'text:a': n }, r: 1, m: 0, a: 0, f: {} },
        two: { e: { 'text:a': 90 }, r: 1, m: 0, a: 0, f: {} },
      },
    });
    await append(digest(1, 100));
    clock.advance(600_001);
    const start = clock.now() / 1000;
    await append(digest(2, 3));
    await append({ k: 'i', src: 's', seq: 1, ch: 'one', items: [{ t: clock.now(), e: 'text:b', n: 2 }] });
    await append({ k: 'i', src: 's', seq: 2, ch: 'two', items: [{ t: clock.now(), e: 'text:b', n: 2 }] });
    clock.advance(5_000);
    const board = new TallyBoard(clock);
    board.backfill(await readPastReactions({ eventLog, clock, logger: silentLogger() }, 'one'));
    const { from, bins } = board.series();
    expect(from).toBe(Math.floor(start));
    expect(bins.map((bin) => Object.fromEntries(bin))).toEqual([{ 'text:a': 3, 'text:b': 2 }, {}, {}, {}, {}, {}]);
  } finally {
    await eventLog[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
  }
});
