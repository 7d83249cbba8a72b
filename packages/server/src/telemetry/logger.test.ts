import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { LineLimit } from './line-limit.ts';
import { createLogger } from './logger.ts';

const home = mkdtempSync(path.join(tmpdir(), 'ovation-logger-'));
afterAll(() => rmSync(home, { recursive: true }));

function linesOf(file: string): Record<string, unknown>[] {
  const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean);
  return lines.map((line): Record<string, unknown> => JSON.parse(line));
}

it('a sentence that strangers repeat does not fill the log, and others are written all the same', () => {
  const file = path.join(home, 'app.log');
  const logger = createLogger({ debug: false, file, console: false });
  const child = logger.child({ partition: 3 });
  for (let n = 0; n < 5_000; n += 1) child.info({ n }, 'Late: counted apart');
  logger.warn('The disk is nearly full');
  const lines = linesOf(file);
  // Five more are due for every second that it took.
  expect(lines.length).toBeGreaterThan(1_000);
  expect(lines.length).toBeLessThan(1_500);
  expect(lines.at(-1)).toMatchObject({ message: 'The disk is nearly full' });
});

it('lines that are left out are counted, and come again', () => {
  const limit = new LineLimit();
  const taken = (n: number, at: number) => Array.from({ length: n }, () => limit.take('a', at));
  expect(taken(1_001, 0).filter((leftOut) => leftOut === undefined)).toHaveLength(1);
  expect(taken(6, 1_000)).toEqual([1, 0, 0, 0, 0, undefined]);
  expect(limit.take('b', 1_000)).toBe(0);
  expect(taken(1_001, 1_000_000)[0]).toBe(1);
});

it('text of strangers makes no line of its own', () => {
  const file = path.join(home, 'one-line.log');
  createLogger({ debug: false, file, console: false }).info({ name: 'a\n{"level":"error"}\r\u2028' }, 'Named');
  expect(linesOf(file)).toMatchObject([{ name: 'a\n{"level":"error"}\r\u2028', message: 'Named' }]);
});
