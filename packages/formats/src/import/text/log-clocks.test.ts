import { describe, expect, it } from 'vitest';
import { importBytes, refusal } from '../../../test/import-bytes.ts';

async function read(lines: readonly string[], options = {}) {
  const { messages, report } = await importBytes(`${lines.join('\n')}\n`, options);
  return { offsets: messages.map(({ offsetMs }) => offsetMs), messages, report };
}

describe('clocks of logs', () => {
  it.each([
    ['[18:00:05] ada: a', '[18:00:07] bo: b', [0, 2_000], /^times of day, because they begin after 6 hours/u],
    ['[23:59:59] ada: a', '[00:00:01] bo: b', [0, 2_000], /^times of day, because they pass midnight/u],
    ['[6:00:05 pm] ada: a', '[6:00 pm] bo: b', [0, -5_000], /^times of day, because they have am or pm/u],
    ['[00:58:05] ada: a', '[00:58:07] bo: b', [3_485_000, 3_487_000], /^times since the start .* they begin before 6/u],
    ['[23:59:59] ada: a', '[24:00:01] bo: b', [86_399_000, 86_401_000], /^times since the start .* over 24 hours/u],
    ['[7:00:01] ada: a', '[10:00:01] bo: b', [25_201_000, 36_001_000], /^times since .* no leading zero/u],
    ['[59:59] ada: a', '[1:00:02] bo: b', [3_599_000, 3_602_000], /^times since .* hours come after minutes/u],
    ['[-0:30] ada: a', '[0:10] bo: b', [-30_000, 10_000], /^times since the start/u],
    ['[24:00] ada: a', '[24:10] bo: b', [1_440_000, 1_450_000], /^times since the start/u],
  ])('tell stream time from times of day: %s', async (first, second, wanted, clock) => {
    const { offsets, report } = await read([first, second]);
    expect(offsets).toEqual(wanted);
    expect(report.clock).toMatch(clock);
  });

  it('that may be either are refused until the start is given', async () => {
    const lines = ['[18:05] ada: a', '[18:06] bo: b'];
    expect(await refusal(lines.join('\n'))).toMatch(/^The times of the file, as 18:05, may be .*--start/u);
    const { offsets } = await read(lines, { start: Date.parse('2024-05-01T18:00:00Z') });
    expect(offsets).toEqual([300_000, 360_000]);
  });

  it.each([
    ['0:02:00.721', '0:02:01.050000', [120_721, 121_050]],
    ['00:00:05:12', '00:01:02:00', [5_480, 62_000]],
    ['Wed, 01 May 2024 18:00:00 GMT', 'Wed, 01 May 2024 20:00:03 +0200', [0, 3_000]],
    [
      'Wed May 01 2024 18:00:05 GMT+0000 (Coordinated Universal Time)',
      'Wed May 01 2024 18:00:07 GMT+0000 (x)',
      [0, 2_000],
    ],
    ['2024-05-01 18:00:05.123456789 +0000 UTC', '2024-05-01 18:00:07 +0000 UTC m=+2.5', [0, 1_877]],
    ['Wed May  1 18:00:05 2024', 'Wed May  1 18:00:07 CEST 2024', [0, 2_000]],
    ['31.05.2024 18:00:05', '31.05.2024, 18:00:07', [0, 2_000]],
    ['5/31/2024, 6:00:05 PM', '5/31/2024, 6:00:07 PM', [0, 2_000]],
    ['2024/05/31 18:00:05', '2024/05/31 18:00:07', [0, 2_000]],
    ['1714586400.5', '1714586402.0', [0, 1_500]],
  ])('are read in every usual form, in logs and in tables: %s', async (first, second, wanted) => {
    const table = await importBytes(`timestamp,user,text\n"${first}",ada,a\n"${second}",bo,b\n`);
    expect(table.messages.map(({ offsetMs }) => offsetMs)).toEqual(wanted);
    const log = await read([`[${first}] <ada> a`, `[${second}] <bo> b`]);
    expect(log.offsets).toEqual(wanted);
  });

  it.each(['2024-02-30 18:00:00', '31.02.2024 18:00:00', '13/13/2024 1:00', '5 minutes ago', '13:00:00 pm', '0:61:00'])(
    'are no times when they do not exist: %s',
    async (time) => {
      expect(await refusal(`time,user,text\n${time},ada,a\n`)).toContain(`Line 2 has "${time.slice(0, 12)}`);
    },
  );

  it('find out which number of a date is the day', async () => {
    const over = await read(['[31/1/2024, 23:59] ada: a', '[1/2/2024, 00:01] bo: b']);
    expect(over.offsets).toEqual([0, 120_000]);
    const months = await read(['[1/2/2024, 23:59] ada: a', '[1/3/2024, 00:01] bo: b']);
    expect([months.offsets, months.messages[1]?.at]).toEqual([[0, 120_000], Date.parse('2024-01-03T00:01:00Z')]);
    const unknown = await read(['[5/6/2024, 23:58] ada: a', '[5/6/2024, 23:59] bo: b']);
    expect([unknown.offsets, unknown.messages[0]?.at]).toEqual([[0, 60_000], undefined]);
    expect(unknown.report.clock).toContain('which the file does not prove');
  });

  it('find it out behind the head, too', async () => {
    const evening = Array.from(
      { length: 300 },
      (_, n) => `[5/6/2024, 23:${String(Math.floor(n / 6)).padStart(2, '0')}] ada: a`,
    );
    const { offsets } = await read([...evening, '[5/7/2024, 00:01] bo: b', '[5/7/2024, 00:02] bo: b']);
    expect(offsets.slice(-2)).toEqual([61 * 60_000, 62 * 60_000]);
  });

  it('without a zone go on when summer time ends, and the report says where', async () => {
    const hour = (from: number, of: string) =>
      Array.from({ length: 30 }, (_, n) => `2024-10-27 02:${String(from + n).padStart(2, '0')}:00\tada\t${of}`);
    const { offsets, report } = await read([...hour(30, 'before'), ...hour(0, 'after')]);
    expect(offsets).toEqual(Array.from({ length: 60 }, (_, n) => n * 60_000));
    expect(report.clock).toMatch(
      /at line 31 the clock goes back by an hour, which is read as the end of summer time$/u,
    );
  });

  it('of another day or hour do not go on when they go back by an hour', async () => {
    const line = (time: string) => `${time}\tada\ta`;
    for (const [day, hour] of [
      ['2024-10-28', '02'],
      ['2024-10-27', '14'],
      ['2024-07-07', '02'],
    ]) {
      const { report } = await read([
        line(`${day} ${hour}:59:00`),
        line(`${day} ${hour}:00:00`),
        line(`${day} ${hour}:59:01`),
      ]);
      expect(report).toMatchObject({ messages: 2, skipped: 1 });
    }
  });

  it('that begin again are told from disorder', async () => {
    const part = (count: number) =>
      Array.from({ length: count }, (_, n) => `[0:${String(n).padStart(2, '0')}:00] <ada> a`);
    expect(await refusal([...part(50), ...part(30)].join('\n'))).toMatch(
      /^The times go back at line 51 \(to 0:00:00, after 0:49:00\) and go on from there: .* split it before line 51/u,
    );
    // A part that goes on for longer than the first one.
    expect(await refusal([...part(30), ...part(50)].join('\n'))).toMatch(/^The times go back at line 31 /u);
    const { report } = await read([...part(50), ...part(10), '[0:50:00] <bo> b']);
    expect(report).toMatchObject({ messages: 51, skipped: 10 });
  });

  it('set the day by headers, also when messages came before the first of them', async () => {
    const { offsets } = await read([
      '23:58 <ada> a',
      '--- Day changed Thu May 02 2024',
      '00:01 <bo> b',
      '--- Day changed Fri May 03 2024',
      '00:01 <cy> c',
    ]);
    expect(offsets).toEqual([0, 180_000, 86_580_000]);
  });
});
