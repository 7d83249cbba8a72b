import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createManualClock } from '../../../test/support/manual-clock.ts';
import { type LmdbEventLogOptions, openLmdbEventLog } from './event-log.ts';

const MINUTE_MS = 60_000;
const FAR_MS = 1e12;

async function newFolder(): Promise<string> {
  // The dot: lmdb-js alone would take such a folder for a file.
  const folder = await mkdtemp(join(tmpdir(), 'ovation-limits.'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

async function openTopic(options: Partial<LmdbEventLogOptions> = {}, retentionMs = FAR_MS) {
  const clock = createManualClock();
  const eventLog = await openLmdbEventLog({ folder: await newFolder(), clock, ...options });
  onTestFinished(() => eventLog[Symbol.asyncDispose]());
  await eventLog.createTopic({ name: 't', partitions: 1, retentionMs });
  return { eventLog, clock };
}

/** A log whose lines are kept. */
function listeningLog() {
  const lines: Record<string, unknown>[] = [];
  const eventLog = pino({ messageKey: 'message' }, { write: (line: string) => void lines.push(JSON.parse(line)) });
  return { eventLog, lines };
}

describe('the limits of the LMDB event log', () => {
  it('refuses a record above the limit that was set and takes one at the limit', async () => {
    const { eventLog } = await openTopic({ maxRecordBytes: 100 });
    await expect(eventLog.append('t', [{ value: 'x'.repeat(101) }])).rejects.toThrow(/101 bytes, the limit is 100/);
    expect(await eventLog.append('t', [{ value: 'x'.repeat(100) }])).toHaveLength(1);
  });

  it('says that the disk is behind before memory fills up, and takes more when it has caught up', async () => {
    const { eventLog } = await openTopic({ maxRecordBytes: 2 ** 25 + 1 });
    const large = Buffer.alloc(2 ** 25 + 1);
    const first = eventLog.append('t', [{ value: large }]);
    await expect(eventLog.append('t', [{ value: large }])).rejects.toMatchObject({
      code: 'unavailable',
      retryable: true,
    });
    await first;
    await eventLog.append('t', [{ value: large }]);
    expect(await eventLog.endOffsets('t')).toEqual([2]);
  });

  it('lets others have their turn while it reads a long backlog', async () => {
    const { eventLog } = await openTopic();
    await eventLog.append(
      't',
      Array.from({ length: 20_000 }, () => ({ value: 'x' })),
    );
    let turns = 0;
    const count = () => {
      turns++;
      if (turns < 1_000) setImmediate(count);
    };
    setImmediate(count);
    let records = 0;
    for await (const batch of eventLog.read({ topic: 't', from: new Map([[0, 0]]), follow: false })) {
      records += batch.records.length;
    }
    expect(records).toBe(20_000);
    expect(turns).toBeGreaterThanOrEqual(15);
    turns = 1_000;
  });

  it('removes any number of expired blocks in steps', async () => {
    const { eventLog, clock } = await openTopic({}, MINUTE_MS);
    for (let n = 0; n < 600; n++) await eventLog.append('t', [{ value: `${n}` }]);
    clock.advance(3 * MINUTE_MS);
    await vi.waitFor(async () => expect(await eventLog.earliestOffsets('t')).toEqual([600]), { timeout: 200_000 });
  });

  it('removes unread and young records above the hard limit, and says whose they were', async () => {
    const { eventLog: lines, lines: written } = listeningLog();
    const { eventLog, clock } = await openTopic({ logger: lines, hardLimitBytes: 1_000_000 });
    for (let n = 0; n < 100; n++) await eventLog.append('t', [{ value: 'x'.repeat(50_000) }]);
    await eventLog.commit('slow', 't', new Map([[0, 5]]));
    clock.advance(MINUTE_MS);
    await vi.waitFor(() => expect(written).toHaveLength(1), { timeout: 200_000 });
    const [earliest = 0] = await eventLog.earliestOffsets('t');
    expect(earliest).toBeGreaterThan(50);
    expect(earliest).toBeLessThan(100);
    expect(written[0]).toMatchObject({
      level: 40,
      topic: 't',
      partition: 0,
      from: 0,
      to: earliest,
      unreadBy: ['slow'],
    });
  });

  it('takes what has outlived its own retention most, when it is above the hard limit', async () => {
    const { eventLog, clock } = await openTopic({ hardLimitBytes: 1_000_000 }, 100 * MINUTE_MS);
    await eventLog.createTopic({ name: 'precious', partitions: 1, retentionMs: 10_000 * MINUTE_MS });
    for (let n = 0; n < 8; n++) await eventLog.append('precious', [{ value: 'x'.repeat(50_000) }]);
    clock.advance(5 * MINUTE_MS);
    for (let n = 0; n < 40; n++) await eventLog.append('t', [{ value: 'x'.repeat(50_000) }]);
    clock.advance(MINUTE_MS);
    await vi.waitFor(async () => expect((await eventLog.earliestOffsets('t'))[0]).toBeGreaterThan(20), {
      timeout: 200_000,
    });
    expect(await eventLog.earliestOffsets('precious')).toEqual([0]);
  });
});

describe('the clock of the LMDB event log', () => {
  it('goes on from the last append time when the machine is behind it', async () => {
    const folder = await newFolder();
    const ahead = createManualClock();
    const first = await openLmdbEventLog({ folder, clock: ahead });
    await first.createTopic({ name: 't', partitions: 2, retentionMs: FAR_MS });
    await first.append('t', [{ partition: 1, value: 'ahead' }]);
    await first[Symbol.asyncDispose]();

    const behind = createManualClock(ahead.now() - 3_600_000);
    const { eventLog: lines, lines: written } = listeningLog();
    await using second = await openLmdbEventLog({ folder, clock: behind, logger: lines });
    expect(behind.now()).toBe(ahead.now());
    const [appended] = await second.append('t', [{ partition: 0, value: 'behind' }]);
    expect(appended?.appendedAt).toBe(ahead.now());
    expect(written).toMatchObject([{ level: 40, behindMs: 3_600_000 }]);
  });

  it('never lets append time fall even when the clock does', async () => {
    const folder = await newFolder();
    const clock = createManualClock(5_000);
    const falling = { ...clock, now: () => clock.now() - (fallen ? 3_000 : 0) };
    let fallen = false;
    await using eventLog = await openLmdbEventLog({ folder, clock: falling });
    await eventLog.createTopic({ name: 't', partitions: 1, retentionMs: FAR_MS });
    const [before] = await eventLog.append('t', [{ value: '' }]);
    fallen = true;
    const [after] = await eventLog.append('t', [{ value: '' }]);
    expect([before?.appendedAt, after?.appendedAt]).toEqual([5_000, 5_000]);
  });
});

/** Fills the disk, is refused 300 times, gets room again, and is closed with appends under way; prints how it went. */
const filler = `
  import { rmSync, writeFileSync } from 'node:fs';
  import { openLmdbEventLog } from ${JSON.stringify(new URL('./event-log.ts', import.meta.url).href)};
  import { createSystemClock } from ${JSON.stringify(new URL('../system/clock.ts', import.meta.url).href)};
  const log = await openLmdbEventLog({ folder: process.argv[1], clock: createSystemClock() });
  await log.createTopic({ name: 't', partitions: 1, retentionMs: 1e9 });
  const ballast = process.argv[1] + '/ballast';
  writeFileSync(ballast, Buffer.alloc(2 ** 21));
  const pair = [{ value: 'x'.repeat(65_536) }, { value: 'small' }];
  const codes = new Set();
  let acknowledged = 0;
  let refused = 0;
  const append = () =>
    log.append('t', pair).then(() => (acknowledged += 2), (error) => {
      codes.add(error.code);
      refused += 1;
    });
  while (refused < 300 && acknowledged < 1_000) await append();
  const before = acknowledged;
  const [, committed] = await Promise.all([append(), log.commit('g', 't', new Map([[0, 2]])).then(() => 'committed')]);
  rmSync(ballast);
  await append();
  const after = acknowledged - before;
  let read = 0;
  for await (const batch of log.read({ topic: 't', from: new Map([[0, 0]]), follow: false })) read += batch.records.length;
  const [end] = await log.endOffsets('t');
  const last = Array.from({ length: 20 }, append);
  await log[Symbol.asyncDispose]();
  await Promise.all(last);
  console.log(JSON.stringify({ codes: [...codes], before, after, read, end, committed }));
`;

const canMount = spawnSync('unshare', ['-rm', 'mount', '-t', 'tmpfs', 'none', '/mnt']).status === 0;

it.skipIf(!canMount)(
  'says that the disk is full, appends nothing then, reads, goes on when there is room, and ends well (needs unshare)',
  async () => {
    const folder = await newFolder();
    const script = 'mount -t tmpfs -o size=12m none "$1" && exec "$2" --input-type=module -e "$3" "$1"';
    const command = ['-rm', 'sh', '-c', script, 'sh', folder, process.execPath, filler];
    // Throws when the process ends with a signal, as LMDB's did after commits that the disk had refused.
    const output = execFileSync('unshare', command, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    const { codes, before, after, read, end, committed } = JSON.parse(output);
    expect(codes).toEqual(['disk_full']);
    expect(before).toBeGreaterThan(0);
    expect(before).toBeLessThan(1_000);
    expect({ after, read, end }).toEqual({ after: 2, read: before + 2, end: before + 2 });
    // What makes room, or takes none, is not refused with the records beside it.
    expect(committed).toBe('committed');
  },
);

it('refuses a folder that cannot be opened, in words', async () => {
  const clock = createManualClock();
  const opening = openLmdbEventLog({ folder: '/dev/null/log', clock });
  await expect(opening).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringContaining('/dev/null/log'),
  });
  const missing = join(await newFolder(), 'missing');
  await expect(openLmdbEventLog({ folder: missing, clock, readOnly: true })).rejects.toThrow(/no event log in/);
  expect(existsSync(missing)).toBe(false);
});
