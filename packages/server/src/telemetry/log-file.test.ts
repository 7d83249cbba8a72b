import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs';
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
    const write = (fd: number, line: string) => {
      if (room === 0) throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
      const fits = line.slice(0, room);
      room -= fits.length;
      return writeSync(fd, fits);
    };
    const file = new LogFile(path, { megabytes: 64, write });
    for (const n of [1, 2, 3, 4]) file.write(`{"line":${n}}\n`);
    room = 1_000;
    for (const n of [5, 6]) file.write(`{"line":${n}}\n`);
    expect(readFileSync(path, 'utf8').split('\n')).toEqual(['{"line":1}', '{', '{"line":5}', '{"line":6}', '']);
  });

  it('goes on at a start where it stopped', () => {
    const path = join(home, 'starts.log');
    new LogFile(path, { megabytes: 64 }).write('first\n');
    new LogFile(path, { megabytes: 64 }).write('second\n');
    expect(readFileSync(path, 'utf8')).toBe('first\nsecond\n');
  });

  it('turns over while it is written, and keeps the newest lines in four files of a stated size', () => {
    const path = join(home, 'long.log');
    const file = new LogFile(path, { megabytes: 0.004 });
    for (let n = 0; n < 1_000; n += 1) file.write(`${'x'.repeat(90)} ${n}\n`);
    const files = readdirSync(home).filter((name) => name.startsWith('long.log'));
    expect(files.toSorted()).toEqual(['long.log', 'long.log.1', 'long.log.2', 'long.log.3']);
    for (const name of files) expect(statSync(join(home, name)).size).toBeLessThanOrEqual(1_000);
    const lines = ['.3', '.2', '.1', ''].flatMap((age) => readFileSync(`${path}${age}`, 'utf8').trim().split('\n'));
    const numbers = lines.map((line) => Number(line.split(' ')[1]));
    expect(numbers).toEqual(numbers.map((_, index) => 1_000 - numbers.length + index));
    expect(numbers.length).toBeGreaterThan(30);
  });

  it('goes on in the same file when the folder takes no new name', () => {
    const folder = mkdtempSync(join(home, 'gone-'));
    const file = new LogFile(join(folder, 'app.log'), { megabytes: 0.000_04 });
    file.write('a line\n');
    rmSync(folder, { recursive: true });
    expect(() => file.write('another line\n')).not.toThrow();
  });
});
