import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { createManualClock } from '../../../test/support/manual-clock.ts';
import { openLmdbEventLog } from './event-log.ts';

/** Writes in another process: says "ready", then appends one record for every line it is sent. */
const writer = `
  import { createInterface } from 'node:readline';
  import { openLmdbEventLog } from ${JSON.stringify(new URL('./event-log.ts', import.meta.url).href)};
  import { createSystemClock } from ${JSON.stringify(new URL('../system/clock.ts', import.meta.url).href)};
  const log = await openLmdbEventLog({ folder: process.argv[1], clock: createSystemClock() });
  await log.createTopic({ name: 't', partitions: 2, retentionMs: 86_400_000 });
  await log.append('t', [{ partition: 0, value: 'old 0' }, { partition: 1, value: 'old 1' }]);
  await log.commit('g', 't', new Map([[0, 1]]));
  console.log('ready');
  for await (const line of createInterface({ input: process.stdin })) await log.append('t', [{ partition: 1, value: line }]);
  await log[Symbol.asyncDispose]();
`;

it('reads and follows what another process writes, and writes nothing itself', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ovation-read-only-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const child = spawn(process.execPath, ['--input-type=module', '-e', writer, folder], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const exit = once(child, 'exit');
  await once(child.stdout, 'data');

  await using eventLog = await openLmdbEventLog({ folder, clock: createManualClock(), readOnly: true });
  expect(await eventLog.describeTopic('t')).toMatchObject({ name: 't', partitions: 2 });
  expect(await eventLog.endOffsets('t')).toEqual([1, 1]);
  expect(await eventLog.committed('g', 't')).toEqual(new Map([[0, 1]]));
  await expect(eventLog.append('t', [{ value: '' }])).rejects.toThrow(/reading only/);
  await expect(eventLog.createTopic({ name: 'u', partitions: 1, retentionMs: 1 })).rejects.toThrow(/reading only/);
  await expect(eventLog.commit('g', 't', new Map([[0, 0]]))).rejects.toThrow(/reading only/);

  const seen: string[] = [];
  const from = new Map([
    [0, 0],
    [1, 0],
  ]);
  for await (const { records } of eventLog.read({ topic: 't', from })) {
    seen.push(...records.map(({ value }) => Buffer.from(value).toString()));
    if (seen.length === 2) child.stdin.end('new 0\nnew 1\nnew 2\n');
    if (seen.length === 5) break;
  }
  expect(seen).toEqual(['old 0', 'old 1', 'new 0', 'new 1', 'new 2']);
  expect(await eventLog.endOffsets('t')).toEqual([1, 4]);
  expect(await exit).toEqual([0, null]);
});
