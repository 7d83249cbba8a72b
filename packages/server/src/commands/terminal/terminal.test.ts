import { describe, expect, it } from 'vitest';
import { FakeIo } from '../../../test/support/fake-command-io.ts';
import { ProgressLine } from './progress.ts';
import { drawAxis, drawSparkline } from './sparkline.ts';
import { renderTable } from './table.ts';
import { percent, printable } from './text.ts';
import { columnsOf, cutColumns, padColumns } from './width.ts';

describe('text on a terminal', () => {
  it('counts an emoji and an East Asian letter as two columns', () => {
    expect(['a', '🔥', '❤️', '❤', '👨‍👩‍👧', '顯', 'é', ''].map(columnsOf)).toEqual([1, 2, 2, 1, 2, 2, 1, 0]);
    expect(padColumns('🔥', 4)).toBe('🔥  ');
    expect(cutColumns('顯靈啦!', 5)).toBe('顯靈…');
    expect(cutColumns('顯靈', 4)).toBe('顯靈');
  });

  it('lets no control character through', () => {
    expect(printable('a\u001B[2Jb\r\nc\u202Ed')).toBe('a [2Jb c d');
  });

  it('gives small shares one decimal', () => {
    expect([0, 0.004, 0.3, 1].map(percent)).toEqual(['0 %', '0.4 %', '30 %', '100 %']);
  });
});

describe('a table', () => {
  it('keeps its columns in line whatever stands in them', () => {
    const table = renderTable(
      ['emote', 'n'],
      [
        ['🔥', '5'],
        ['LUL', '1,200'],
      ],
      ['n'],
    );
    expect(table).toBe(['emote      n', '🔥         5', 'LUL    1,200'].join('\n'));
  });

  it('stays a heading without rows', () => {
    expect(renderTable(['a', 'b'], [])).toBe('a  b');
  });
});

describe('a sparkline', () => {
  it('draws the highest bucket full, the others in proportion, and nothing where nothing was', () => {
    const values = [
      [0, 1],
      [1_000, 8],
      [3_000, 4],
      [3_500, 0],
    ] as const;
    const drawn = drawSparkline({ values, fromMs: 0, toMs: 3_999, marks: [1_200, 1_300, 3_999], columns: 4 });
    expect(drawn).toEqual({ line: '▂█ ▅', marks: ' ▲ ▲', bucketMs: 1_000, highest: 8 });
  });

  it('never grows wider than it may, and takes marks outside of the time to its ends', () => {
    const values = Array.from({ length: 7_200 }, (_, second) => [second * 1_000, 1] as const);
    const drawn = drawSparkline({ values, fromMs: 0, toMs: 7_199_000, marks: [-60_000, 9_000_000], columns: 50 });
    expect(drawn.line).toHaveLength(50);
    expect(drawn.marks).toHaveLength(50);
    expect(drawn.bucketMs).toBe(144_000);
  });

  it('has one bucket for one message', () => {
    expect(drawSparkline({ values: [[5, 1]], fromMs: 5, toMs: 5, marks: [], columns: 9 }).line).toBe('█');
  });

  it('has its times at both ends', () => {
    expect(drawAxis('0:00', '1:00', 12)).toBe('0:00    1:00');
    expect(drawAxis('0:00', '1:00', 3)).toBe('0:00 1:00');
  });
});

describe('a progress line', () => {
  it('is rewritten in place on a terminal and taken away at the end', () => {
    const io = new FakeIo({ isTTY: true, columns: 6 });
    {
      using line = new ProgressLine(io, { inLogs: false });
      line.show('one');
      line.show('two long');
    }
    expect(io.written.err).toBe('\rone\u001B[K\rtwo …\u001B[K\r\u001B[K');
  });

  it('comes twice a minute in a log, and only where it was asked for', async () => {
    const io = new FakeIo();
    using quiet = new ProgressLine(io, { inLogs: false });
    using line = new ProgressLine(io, { inLogs: true });
    for (let second = 0; second < 61; second += 1) {
      quiet.show('no');
      line.show(`at ${second}`);
      await io.sleep(1_000);
    }
    expect(io.written.err).toBe('at 0\nat 30\nat 60\n');
  });
});
