import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, it } from 'vitest';
import type { EventLog, LogRecord } from '../../ports/event-log.ts';
import { createManualClock } from '../../../test/support/manual-clock.ts';
import { openLmdbEventLog } from './event-log.ts';

const KILLS = 5;
const PARTITIONS = [0, 1];

/**
 * Runs until it is killed: eight producers append pairs, one record to each partition in one call, and print each call
 * only after it was acknowledged: `<id> <offset in 0> <offset in 1>`. Lines to a pipe are written at once.
 */
const producer = `
  import { openLmdbEventLog } from ${JSON.stringify(new URL('./event-log.ts', import.meta.url).href)};
  import { createSystemClock } from ${JSON.stringify(new URL('../system/clock.ts', import.meta.url).href)};
  const [folder, run] = process.argv.slice(1);
  const log = await openLmdbEventLog({ folder, clock: createSystemClock() });
  await log.createTopic({ name: 't', partitions: 2, retentionMs: 86_400_000 });
  const produce = async (producer) => {
    for (let n = 0; ; n++) {
      const id = [run, producer, n].join('-');
      const pair = [0, 1].map((partition) => ({ partition, value: id + ' ' + 'x'.repeat(n % 700) }));
      const appended = await log.append('t', pair);
      console.log(id, ...appended.map(({ offset }) => offset));
    }
  };
  await Promise.all([0, 1, 2, 3, 4, 5, 6, 7].map(produce));
`;

interface Acknowledged {
  readonly id: string;
  readonly offsets: readonly number[];
}

/** What the producer said was appended, until it was killed after `calls` lines. */
async function produceAndKill(folder: string, run: number, calls: number): Promise<Acknowledged[]> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', producer, folder, String(run)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exit = once(child, 'exit');
  const acknowledged: Acknowledged[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    const [, id, first, second] = /^(\S+) (\d+) (\d+)$/.exec(line) ?? [];
    // The kill may cut the last line.
    if (id && first && second) acknowledged.push({ id, offsets: [Number(first), Number(second)] });
    if (acknowledged.length === calls) child.kill('SIGKILL');
  }
  const [, signal] = await exit;
  expect(signal).toBe('SIGKILL');
  return acknowledged;
}

async function readAll(eventLog: EventLog): Promise<LogRecord[][]> {
  const records: LogRecord[][] = PARTITIONS.map(() => []);
  const from = new Map(PARTITIONS.map((partition) => [partition, 0]));
  for await (const batch of eventLog.read({ topic: 't', from, follow: false }))
    records[batch.partition]?.push(...batch.records);
  return records;
}

const idOf = ({ value }: LogRecord) => Buffer.from(value).toString().split(' ', 1)[0];

it(`keeps every acknowledged record, in order and without holes, over ${KILLS} kills`, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ovation-crash-'));
  const acknowledged: Acknowledged[] = [];
  try {
    for (let run = 0; run < KILLS; run++) {
      acknowledged.push(...(await produceAndKill(folder, run, 40 + run * 130)));
      await using eventLog = await openLmdbEventLog({ folder, clock: createManualClock() });
      const records = await readAll(eventLog);
      expect(records.map((list) => list.length)).toEqual(await eventLog.endOffsets('t'));
      for (const list of records) {
        expect(list.every(({ offset }, place) => offset === place)).toBe(true);
        expect(list.every(({ appendedAt }, place) => appendedAt >= (list[place - 1]?.appendedAt ?? 0))).toBe(true);
      }
      // One call wrote to both partitions: it is in both or in none.
      const ids = records.map((list) => list.map(idOf));
      expect(ids[0]?.toSorted()).toEqual(ids[1]?.toSorted());
      expect(new Set(ids[0]).size).toBe(ids[0]?.length);
      const lost = acknowledged.filter(({ id, offsets }) =>
        offsets.some((offset, place) => ids[place]?.[offset] !== id),
      );
      expect(lost).toEqual([]);
    }
    expect(acknowledged.length).toBeGreaterThanOrEqual(KILLS * 40);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
