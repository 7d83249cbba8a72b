import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { LogFile } from './log-file.ts';

const home = mkdtempSync(join(tmpdir(), 'ovation-log-file-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

describe('the file of the log', () => {
  it('loses lines on a full disk, and goes on with whole ones when there is room again', () => {
    const path = join(home, 'full.log');
    let room = 12;
    const file = new LogFile(path, (fd, line) => {
      if (room === 0) throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
      const fits = line.slice(0, room);
      room -= fits.length;
      return writeSync(fd, fits);
    });
    for (const n of [1, 2, 3, 4]) file.write(`{"line":${n}}\n`);
    room = 1_000;
    for (const n of [5, 6]) file.write(`{"line":${n}}\n`);
    expect(readFileSync(path, 'utf8').split('\n')).toEqual(['{"line":1}', '{', '{"line":5}', '{"line":6}', '']);
  });

  it('turns over at the start when it is large, and goes on otherwise', () => {
    const path = join(home, 'large.log');
    new LogFile(path).write('first\n');
    new LogFile(path).write('second\n');
    expect(readFileSync(path, 'utf8')).toBe('first\nsecond\n');
    writeFileSync(path, 'old');
    truncateSync(path, 50_000_001);
    new LogFile(path).write('new\n');
    expect(readFileSync(path, 'utf8')).toBe('new\n');
    expect(readFileSync(`${path}.1`).subarray(0, 3).toString()).toBe('old');
  });
});
